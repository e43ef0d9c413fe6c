# KMS as Terraform knows it: a key of every spec that the provider has, key policies, rotation, aliases, a grant, and
# secrets that stand in the configuration encrypted.
#
#   npm start                    prints what to export; paste it, then:
#   terraform init && terraform apply
#
# ML-DSA and Ed25519 keys are for providers newer than 5.100, whose list of specs ends before them.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

data "aws_caller_identity" "me" {}

locals {
  specs = {
    SYMMETRIC_DEFAULT = ["ENCRYPT_DECRYPT"]
    RSA_2048          = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"]
    RSA_3072          = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"]
    RSA_4096          = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"]
    ECC_NIST_P256     = ["SIGN_VERIFY", "KEY_AGREEMENT"]
    ECC_NIST_P384     = ["SIGN_VERIFY", "KEY_AGREEMENT"]
    ECC_NIST_P521     = ["SIGN_VERIFY", "KEY_AGREEMENT"]
    ECC_SECG_P256K1   = ["SIGN_VERIFY"]
    HMAC_224          = ["GENERATE_VERIFY_MAC"]
    HMAC_256          = ["GENERATE_VERIFY_MAC"]
    HMAC_384          = ["GENERATE_VERIFY_MAC"]
    HMAC_512          = ["GENERATE_VERIFY_MAC"]
  }
  keys = merge([for spec, usages in local.specs : {
    for usage in usages : lower("${spec}-${usage}") => { spec = spec, usage = usage }
  }]...)
  asymmetric = { for name, key in local.keys : name => key if can(regex("^(RSA|ECC)_", key.spec)) }
}

resource "aws_kms_key" "every" {
  for_each                 = local.keys
  description              = each.key
  customer_master_key_spec = each.value.spec
  key_usage                = each.value.usage
  deletion_window_in_days  = 7
}

resource "aws_kms_alias" "every" {
  for_each      = local.keys
  name          = "alias/every/${each.key}"
  target_key_id = aws_kms_key.every[each.key].key_id
}

data "aws_kms_public_key" "every" {
  for_each = local.asymmetric
  key_id   = aws_kms_key.every[each.key].arn
}

resource "aws_kms_key" "app" {
  description             = "rotated twice a year, its policy apart"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = 180
  tags                    = { team = "security" }
}

resource "aws_kms_key_policy" "app" {
  key_id = aws_kms_key.app.key_id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Leave it to the account's policies"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Readers decrypt"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.reader.arn }
        Action    = "kms:Decrypt"
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "app" {
  name          = "alias/app"
  target_key_id = aws_kms_key.app.key_id
}

resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_kms_grant" "reader" {
  name              = "reader"
  key_id            = aws_kms_key.app.key_id
  grantee_principal = aws_iam_role.reader.arn
  operations        = ["Encrypt", "Decrypt", "DescribeKey"]
  constraints {
    encryption_context_subset = { department = "finance" }
  }
}

# Encrypted once, and kept so in the state.
resource "aws_kms_ciphertext" "password" {
  key_id    = aws_kms_key.app.key_id
  plaintext = "correct horse battery staple"
  context   = { department = "finance" }
}

# Encrypted anew at every run.
data "aws_kms_ciphertext" "each_time" {
  key_id    = aws_kms_key.app.key_id
  plaintext = "encrypted at every run"
}

data "aws_kms_secrets" "both" {
  secret {
    name    = "password"
    payload = aws_kms_ciphertext.password.ciphertext_blob
    context = { department = "finance" }
  }
  secret {
    name    = "each_time"
    payload = data.aws_kms_ciphertext.each_time.ciphertext_blob
  }
}

data "aws_kms_key" "app" {
  key_id     = aws_kms_alias.app.name
  depends_on = [aws_kms_key_policy.app]
}

data "aws_kms_alias" "app" {
  name = aws_kms_alias.app.name
}

output "key_arn" {
  value = data.aws_kms_key.app.arn
}

output "target_key_arn" {
  value = data.aws_kms_alias.app.target_key_arn
}

output "role_arn" {
  value = aws_iam_role.reader.arn
}

output "ciphertext" {
  value = aws_kms_ciphertext.password.ciphertext_blob
}

output "secrets" {
  value     = data.aws_kms_secrets.both.plaintext
  sensitive = true
}

output "public_keys" {
  value = { for name, key in data.aws_kms_public_key.every : name => key.public_key_pem }
}
