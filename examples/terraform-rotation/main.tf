# A secret that a function of the account rotates every month.
#
#   npm start                    prints what to export; paste it, then, with a rotation function for Node.js in function.zip:
#   terraform init && terraform apply
#
# For databases no function need be written: docs/lambda.md, "Rotators that are built in".

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "function_zip" {
  description = "The rotation function, packed: its handler is index.handler"
  default     = "function.zip"
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "rotation" {
  name = "rotation"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "rotation" {
  name = "rotate"
  role = aws_iam_role.rotation.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "secretsmanager:*", Resource = aws_secretsmanager_secret.api.arn },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = "*" },
    ]
  })
}

resource "aws_lambda_function" "rotation" {
  function_name    = "rotate-api-key"
  description      = "Rotates the key of the API"
  role             = aws_iam_role.rotation.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = var.function_zip
  source_code_hash = filebase64sha256(var.function_zip)
  timeout          = 30
  memory_size      = 256
  publish          = true
  tags             = { team = "blue" }

  environment {
    variables = { STAGE = "production" }
  }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.rotation.function_name
  function_version = aws_lambda_function.rotation.version
}

resource "aws_lambda_permission" "rotation" {
  statement_id   = "SecretsManager"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.rotation.function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = data.aws_caller_identity.current.account_id
}

resource "aws_lambda_permission" "live" {
  statement_id  = "SecretsManager"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.rotation.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "secretsmanager.amazonaws.com"
  source_arn    = aws_secretsmanager_secret.api.arn
}

resource "aws_secretsmanager_secret" "api" {
  name                    = "api-key"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "api" {
  secret_id     = aws_secretsmanager_secret.api.id
  secret_string = jsonencode({ password = "first" })

  lifecycle {
    # Rotation changes it.
    ignore_changes = [secret_string, version_stages]
  }
}

resource "aws_secretsmanager_secret_rotation" "api" {
  secret_id           = aws_secretsmanager_secret_version.api.secret_id
  rotation_lambda_arn = aws_lambda_function.rotation.arn

  rotation_rules {
    automatically_after_days = 30
  }

  depends_on = [aws_lambda_permission.rotation, aws_iam_role_policy.rotation]
}

output "secret_arn" {
  value = aws_secretsmanager_secret.api.arn
}
