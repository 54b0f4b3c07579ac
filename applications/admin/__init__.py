from . import applications as applications
from . import forms as forms
from . import schools as schools
