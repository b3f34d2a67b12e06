"""The services of compose.yaml as processes on this machine's loopback, for checks and benchmarks.

Each is a context manager that yields a running ``Service`` (``.url``, ``.stop()``, ``.start()``,
``.kill()``, ``.log()``) and takes its command and environment from compose.yaml. PostgreSQL and
the proxy are this machine's own programs, the S3 store is moto's.
"""

from deploy.native.process import NotStarted, Service, free_port
from deploy.native.proxy import proxy
from deploy.native.stores import VARIABLES, mlflow_server, postgres, s3
from deploy.native.weeklens import api, app

__all__ = [
    "VARIABLES",
    "NotStarted",
    "Service",
    "api",
    "app",
    "free_port",
    "mlflow_server",
    "postgres",
    "proxy",
    "s3",
]
