"""Runs a Python handler against the Lambda Runtime API: gets an event, calls the handler, posts what it answers.

See the Lambda developer guide: "Using the Lambda runtime API".
"""
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

ADDRESS, _, TOKEN = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
BASE = ("/" + TOKEN if TOKEN else "") + "/2018-06-01/runtime"
ROOT = os.environ.get("LAMBDA_TASK_ROOT", ".")


def send(method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(ADDRESS)
    try:
        connection.request(method, BASE + path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


class Context:
    """What a handler learns about its invocation."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        given = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = json.loads(given) if given else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Formatter(logging.Formatter):
    """Lambda's line: level, time, request, message."""

    request_id = ""
    converter = time.gmtime

    def format(self, record):
        stamp = "%s.%03dZ" % (self.formatTime(record, "%Y-%m-%dT%H:%M:%S"), record.msecs)
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return "[%s]\t%s\t%s\t%s" % (record.levelname, stamp, Formatter.request_id, text)


class MarshalError(Exception):
    """What a handler answered has no JSON."""


def marshalled(value):
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise MarshalError("Unable to marshal response: %s" % error) from None


def described(error):
    return {
        "errorMessage": str(error),
        "errorType": "Runtime.MarshalError" if isinstance(error, MarshalError) else type(error).__name__,
        "requestId": Formatter.request_id,
        "stackTrace": traceback.format_exception(type(error), error, error.__traceback__)[1:-1],
    }


def post_error(path, error):
    kind = error["errorType"].encode("ascii", "replace").decode()  # a name may hold what no header can
    send("POST", path, json.dumps(error).encode(), {"Lambda-Runtime-Function-Error-Type": kind})


def load_handler(name):
    module, _, function = name.rpartition(".")
    if not module:
        raise_init("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack" % name)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except SyntaxError as error:
        raise_init("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, error))
    except ImportError as error:
        raise_init("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module, error))
    if not hasattr(loaded, function):
        raise_init("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module))
    return getattr(loaded, function)


def raise_init(kind, message):
    post_error("/init/error", {"errorType": kind, "errorMessage": message, "requestId": "", "stackTrace": []})
    sys.exit(1)


def main():
    sys.path.insert(0, ROOT)
    output = logging.StreamHandler(sys.stdout)
    output.setFormatter(Formatter())
    logging.getLogger().addHandler(output)
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:  # whatever the module does as it is loaded
        post_error("/init/error", described(error))
        sys.exit(1)
    while True:
        try:
            status, headers, body = send("GET", "/invocation/next")
        except (OSError, http.client.HTTPException):
            sys.exit(0)
        if status != 200:
            sys.exit(1)
        context = Context(headers)
        Formatter.request_id = context.aws_request_id
        path = "/invocation/" + context.aws_request_id
        try:
            answer = marshalled(handler(json.loads(body), context))
        except Exception as error:  # a handler may raise anything
            sys.stdout.write("[ERROR] %s: %s\n" % (type(error).__name__, error))
            post_error(path + "/error", described(error))
        else:
            send("POST", path + "/response", answer)


main()
