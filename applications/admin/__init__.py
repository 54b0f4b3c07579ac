from . import applications as applications
from . import forms as forms
from . import interest as interest
from . import schools as schools
