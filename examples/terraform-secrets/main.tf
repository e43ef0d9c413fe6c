# Parameters of every type and a secret with its value and policy, under a key of their own.
#
#   npm start                    prints what to export; paste it, then:
#   terraform init && terraform apply
#
# Nothing here names Bulwark: the provider reads AWS_ENDPOINT_URL like every AWS client.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

data "aws_caller_identity" "current" {}

resource "aws_kms_key" "secrets" {
  description             = "Secrets of the application"
  deletion_window_in_days = 7
}

resource "aws_ssm_parameter" "host" {
  name        = "/app/prod/db/host"
  type        = "String"
  value       = "db.example.com"
  description = "Where the database is"
  tags        = { team = "blue" }
}

resource "aws_ssm_parameter" "zones" {
  name  = "/app/prod/zones"
  type  = "StringList"
  value = "a,b,c"
}

resource "aws_ssm_parameter" "token" {
  name   = "/app/prod/token"
  type   = "SecureString"
  value  = "t0ken"
  key_id = aws_kms_key.secrets.arn
}

resource "aws_ssm_parameter" "certificate" {
  name  = "/app/prod/certificate"
  type  = "SecureString"
  tier  = "Advanced"
  value = "certificate"
}

resource "aws_secretsmanager_secret" "db" {
  name                    = "app/prod/db"
  description             = "Login of the application"
  kms_key_id              = aws_kms_key.secrets.arn
  recovery_window_in_days = 7
  tags                    = { team = "blue" }

  replica {
    region = "eu-west-1"
  }
}

resource "aws_secretsmanager_secret_version" "db" {
  secret_id     = aws_secretsmanager_secret.db.id
  secret_string = jsonencode({ username = "app", password = "first" })
}

resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn          = aws_secretsmanager_secret.db.arn
  block_public_policy = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Read"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

output "secret_arn" {
  value = aws_secretsmanager_secret.db.arn
}
