from . import applications as applications
from . import schools as schools
