# A developer in a group, a role that the developer and EC2 may assume, bounded and with an instance profile, a provider
# for CI, and the account's rules for passwords.
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

data "aws_iam_policy_document" "use_keys" {
  statement {
    actions   = ["kms:Encrypt", "kms:Decrypt"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "use_keys" {
  name   = "use-keys"
  policy = data.aws_iam_policy_document.use_keys.json
}

resource "aws_iam_user" "dev" {
  name          = "dev"
  path          = "/team/"
  force_destroy = true
  tags          = { unit = "blue" }
}

resource "aws_iam_access_key" "dev" {
  user = aws_iam_user.dev.name
}

resource "aws_iam_group" "devs" {
  name = "devs"
  path = "/team/"
}

resource "aws_iam_group_membership" "devs" {
  name  = "devs"
  group = aws_iam_group.devs.name
  users = [aws_iam_user.dev.name]
}

resource "aws_iam_group_policy" "devs" {
  name  = "list-keys"
  group = aws_iam_group.devs.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:ListKeys", Resource = "*" }]
  })
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.dev.arn]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.ci.arn]
    }
  }
}

resource "aws_iam_role" "app" {
  name                 = "app"
  path                 = "/service/"
  description          = "The application"
  max_session_duration = 7200
  permissions_boundary = aws_iam_policy.use_keys.arn
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = { unit = "blue" }
}

resource "aws_iam_role_policy" "app" {
  name   = "more"
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.use_keys.json
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.use_keys.arn
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

resource "aws_iam_account_password_policy" "rules" {
  minimum_password_length        = 14
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}

resource "aws_iam_account_alias" "name" {
  account_alias = "acme-corp"
}

output "access_key_id" {
  value = aws_iam_access_key.dev.id
}

output "secret_access_key" {
  value     = aws_iam_access_key.dev.secret
  sensitive = true
}

output "role_arn" {
  value = aws_iam_role.app.arn
}
