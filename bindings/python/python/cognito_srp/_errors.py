"""What goes wrong, by whose fault it is. None of it holds a value that was passed in."""

from __future__ import annotations

# The arguments behind the first have defaults, so that an error can be pickled and copied, as Python's own ones can.


class CognitoSrpError(Exception):
    """Any error of this package."""

    def __init__(self, text: str, parameter: str | None = None, problem: str | None = None) -> None:
        super().__init__(text)
        self.parameter = parameter
        """The parameter at fault, by Cognito's name for it."""
        self.problem = problem
        """What is wrong with it, in a word, such as `TooLong`."""


class ArgumentError(CognitoSrpError, ValueError):
    """The caller's fault: an argument is wrong, or the call does not fit what the object is waiting for."""


class ReplyError(CognitoSrpError):
    """The service's fault: its reply cannot be understood, or must not be answered."""


class RefusedError(CognitoSrpError):
    """The service refused."""

    def __init__(self, text: str, name: str = "", message: str = "", cause: str = "", retry: str = "") -> None:
        super().__init__(text)
        self.name = name
        """The service's name for it, such as `NotAuthorizedException`."""
        self.message = message
        """The service's text."""
        self.cause = cause
        """What the two mean, such as `WrongUserOrPassword`."""
        self.retry = retry
        """Whether trying again can help, such as `StartAgain`."""


class DeviceRefusedError(RefusedError):
    """The service refused the remembered device, whose stored password is wrong. The person's own was right."""


class MachineError(CognitoSrpError):
    """The machine's fault: it gave no random bytes, or miscalculated."""


class BusyError(CognitoSrpError, RuntimeError):
    """Two threads at once have called one object. It is as if this call had not been made."""
