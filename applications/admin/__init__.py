from . import applications as applications
from . import forms as forms
from . import imports as imports
from . import interest as interest
from . import schools as schools
from . import trail as trail
