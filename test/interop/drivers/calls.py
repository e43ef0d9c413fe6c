"""Makes the calls that arrive as JSON lines on standard input, and answers each with one line.

Blobs travel as {"$bytes": base64}, times as {"$date": ISO 8601}.
"""
import base64
import datetime
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def revive(members):
    return base64.b64decode(members["$bytes"]) if "$bytes" in members else members


def flatten(value):
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {"$date": value.isoformat()}
    raise TypeError(type(value))


def answer(service, method, input, url, region, credentials):
    client = boto3.client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=credentials["accessKeyId"],
        aws_secret_access_key=credentials["secretAccessKey"],
        aws_session_token=credentials.get("sessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        return {"output": getattr(client, method)(**input)}
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}


for line in sys.stdin:
    print(json.dumps(answer(**json.loads(line, object_hook=revive)), default=flatten), flush=True)
