# An organization: two units, an account for developers in one of them, and policies that bound what it may do and who may
# use what it has.
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

variable "denied_action" {
  description = "What no developer may do"
  default     = "kms:ScheduleKeyDeletion"
}

resource "aws_organizations_organization" "acme" {
  feature_set                   = "ALL"
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY"]
  aws_service_access_principals = ["sso.amazonaws.com"]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "Workloads"
  parent_id = aws_organizations_organization.acme.roots[0].id
  tags      = { unit = "blue" }
}

resource "aws_organizations_organizational_unit" "development" {
  name      = "Development"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "dev" {
  name      = "dev"
  email     = "dev@example.com"
  parent_id = aws_organizations_organizational_unit.development.id
  tags      = { unit = "blue" }
}

data "aws_iam_policy_document" "guardrail" {
  statement {
    effect    = "Deny"
    actions   = [var.denied_action]
    resources = ["*"]
  }
}

resource "aws_organizations_policy" "guardrail" {
  name        = "guardrail"
  description = "What no developer may do"
  content     = data.aws_iam_policy_document.guardrail.json
  depends_on  = [aws_organizations_organization.acme]
}

resource "aws_organizations_policy_attachment" "guardrail" {
  policy_id = aws_organizations_policy.guardrail.id
  target_id = aws_organizations_organizational_unit.development.id
}

resource "aws_organizations_policy" "perimeter" {
  name = "perimeter"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = ["kms:*", "sts:AssumeRole"]
      Resource  = "*"
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.acme.id }
        BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
      }
    }]
  })
}

resource "aws_organizations_policy_attachment" "perimeter" {
  policy_id = aws_organizations_policy.perimeter.id
  target_id = aws_organizations_organization.acme.roots[0].id
}

resource "aws_organizations_policy" "tags" {
  name       = "tags"
  type       = "TAG_POLICY"
  content    = jsonencode({ tags = { unit = { tag_key = { "@@assign" = "unit" } } } })
  depends_on = [aws_organizations_organization.acme]
}

resource "aws_organizations_policy_attachment" "tags" {
  policy_id = aws_organizations_policy.tags.id
  target_id = aws_organizations_account.dev.id
}

resource "aws_organizations_delegated_administrator" "sso" {
  account_id        = aws_organizations_account.dev.id
  service_principal = "sso.amazonaws.com"
  depends_on        = [aws_organizations_organization.acme]
}

resource "aws_organizations_resource_policy" "delegation" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${aws_organizations_account.dev.id}:root" }
      Action    = "organizations:ListPolicies"
      Resource  = "*"
    }]
  })
}

output "account" {
  value = aws_organizations_account.dev.id
}

output "development" {
  value = aws_organizations_organizational_unit.development.id
}
