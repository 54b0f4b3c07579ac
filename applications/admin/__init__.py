from . import applications as applications
