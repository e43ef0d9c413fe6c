# A key, an alias, and a user who may encrypt under it by one policy and decrypt by another.
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

data "aws_caller_identity" "me" {}

resource "aws_kms_key" "app" {
  description             = "key of the application"
  deletion_window_in_days = 7
  tags                    = { team = "security" }
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Leave it to the account's policies"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "app" {
  name          = "alias/app"
  target_key_id = aws_kms_key.app.key_id
}

resource "aws_iam_user" "app" {
  name = "app"
  path = "/applications/"
  tags = { team = "security" }
}

resource "aws_iam_access_key" "app" {
  user = aws_iam_user.app.name
}

resource "aws_iam_user_policy" "encrypt" {
  name = "encrypt"
  user = aws_iam_user.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.app.arn }]
  })
}

resource "aws_iam_policy" "decrypt" {
  name = "decrypt"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.app.arn }]
  })
}

resource "aws_iam_user_policy_attachment" "decrypt" {
  user       = aws_iam_user.app.name
  policy_arn = aws_iam_policy.decrypt.arn
}

output "access_key_id" {
  value = aws_iam_access_key.app.id
}

output "secret_access_key" {
  value     = aws_iam_access_key.app.secret
  sensitive = true
}
