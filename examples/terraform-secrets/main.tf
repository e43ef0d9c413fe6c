# Parameters of every type and tier, settings of Parameter Store, and secrets with values, policies and replicas.
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

provider "aws" {
  alias  = "replica"
  region = "eu-west-1"
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

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

# Each type in each tier.
resource "aws_ssm_parameter" "every" {
  for_each = {
    for pair in setproduct(["String", "StringList", "SecureString"], ["Standard", "Advanced", "Intelligent-Tiering"]) :
    join("/", pair) => pair
  }
  name  = "/every/${each.key}"
  type  = each.value[0]
  tier  = each.value[1]
  value = "first"
}

# So long that Intelligent-Tiering makes it an advanced parameter.
resource "aws_ssm_parameter" "long" {
  name  = "/app/prod/long"
  type  = "String"
  tier  = "Intelligent-Tiering"
  value = join(",", concat(range(1000), range(500)))
}

resource "aws_ssm_parameter" "image" {
  name            = "/app/prod/image"
  type            = "String"
  data_type       = "aws:ec2:image"
  allowed_pattern = "^ami-[0-9a-f]+$"
  value           = "ami-0123456789abcdef0"
}

locals {
  setting = "arn:aws:ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:servicesetting/ssm/parameter-store"
}

resource "aws_ssm_service_setting" "throughput" {
  setting_id    = "${local.setting}/high-throughput-enabled"
  setting_value = "true"
}

resource "aws_ssm_service_setting" "tier" {
  setting_id    = "${local.setting}/default-parameter-tier"
  setting_value = "Intelligent-Tiering"
  depends_on    = [aws_ssm_parameter.host, aws_ssm_parameter.zones, aws_ssm_parameter.token, aws_ssm_parameter.image]
}

data "aws_ssm_parameters_by_path" "every" {
  path       = "/every"
  recursive  = true
  depends_on = [aws_ssm_parameter.every]
}

resource "aws_secretsmanager_secret" "db" {
  name                    = "app/prod/db"
  description             = "Login of the application"
  kms_key_id              = aws_kms_key.secrets.arn
  recovery_window_in_days = 7
  tags                    = { team = "blue" }

  replica {
    region     = "eu-west-1"
    kms_key_id = aws_kms_key.replica.arn
  }

  replica {
    region = "eu-west-2"
  }
}

resource "aws_kms_key" "replica" {
  provider                = aws.replica
  deletion_window_in_days = 7
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

# Bytes, and labels of its own.
resource "aws_secretsmanager_secret" "bytes" {
  name                           = "app/prod/bytes"
  recovery_window_in_days        = 0
  force_overwrite_replica_secret = true
}

resource "aws_secretsmanager_secret_version" "bytes" {
  secret_id      = aws_secretsmanager_secret.bytes.id
  secret_binary  = base64encode("not a string")
  version_stages = ["AWSCURRENT", "BLUE"]
}

data "aws_secretsmanager_secret_version" "db" {
  secret_id  = aws_secretsmanager_secret.db.id
  depends_on = [aws_secretsmanager_secret_version.db]
}

data "aws_secretsmanager_random_password" "drawn" {
  password_length    = 24
  exclude_characters = "\"'\\"
}

output "password" {
  value     = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string).password
  sensitive = true
}

output "every" {
  value = join(" ", sort(nonsensitive(data.aws_ssm_parameters_by_path.every.names)))
}

output "secret_arn" {
  value = aws_secretsmanager_secret.db.arn
}
