from hypothesis import settings

# No test asserts a time: a machine that does other things too is no fault of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
