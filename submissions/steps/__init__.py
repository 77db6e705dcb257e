"""The student's form: one module a step, one registry, one base class."""
