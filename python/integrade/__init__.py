from ._run import *
