# Keys with imported material, and keys in two Regions: a multi-Region key and its replica, each with KMS's material and
# with material of our own.
#
#   npm start                    prints what to export; paste it, then:
#   terraform init && terraform apply
#
# Material that stands in a configuration also stands in its state: keep both as secret as the key.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

provider "aws" {
  alias  = "away"
  region = "eu-west-1"
}

locals {
  material = base64encode("32 bytes that somebody else made")
}

resource "aws_kms_external_key" "imported" {
  description             = "material of our own"
  enabled                 = true
  key_material_base64     = local.material
  deletion_window_in_days = 7
  tags                    = { team = "security" }
}

resource "aws_kms_alias" "imported" {
  name          = "alias/imported"
  target_key_id = aws_kms_external_key.imported.id
}

resource "aws_kms_key" "primary" {
  description             = "in two Regions"
  multi_region            = true
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "away" {
  provider                = aws.away
  description             = "its replica"
  primary_key_arn         = aws_kms_key.primary.arn
  deletion_window_in_days = 7
  tags                    = { team = "security" }
}

resource "aws_kms_external_key" "primary" {
  description             = "material of our own, in two Regions"
  multi_region            = true
  enabled                 = true
  key_material_base64     = local.material
  deletion_window_in_days = 7
}

resource "aws_kms_replica_external_key" "away" {
  provider                = aws.away
  description             = "its replica"
  primary_key_arn         = aws_kms_external_key.primary.arn
  enabled                 = true
  key_material_base64     = local.material
  deletion_window_in_days = 7
}

output "imported" {
  value = aws_kms_external_key.imported.arn
}

output "primary" {
  value = aws_kms_key.primary.key_id
}

output "external_primary" {
  value = aws_kms_external_key.primary.id
}
