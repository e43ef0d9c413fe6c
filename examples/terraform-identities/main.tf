# A developer in a group, a role that the developer and EC2 may assume, bounded and with an instance profile, a provider
# for CI and one for the staff, and the account's rules for passwords.
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

resource "aws_iam_saml_provider" "staff" {
  name                   = "staff"
  saml_metadata_document = <<-XML
    <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
      <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        <KeyDescriptor use="signing">
          <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
            <X509Data>
              <X509Certificate>
              MIIDFTCCAf2gAwIBAgIUBi8oeA4QsQ8O8zNk1d2hpwHBluswDQYJKoZIhvcNAQELBQAwGjEYMBYG
              A1UEAwwPaWRwLmV4YW1wbGUuY29tMB4XDTI2MTEyMjA0MzIyNVoXDTQ2MTExNzA0MzIyNVowGjEY
              MBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA
              qplalhre+Vgsc47RLSFkzEYAI7qgAzSk4JCehPKQk4w+sNtpab3dwehai6TAEwfAQSx7OhzKeREQ
              6ayD+f8Jk/hgKBzQw27h0Jr1nABA8YKE0mpsh4BFHY9H8GG4+exn6zriPi45PdaSxFaReF5lOeq5
              tSOuQeOCQq/w6tUisURneeGUR1BvU3p6qpLgc7KuSj1EI4ZfEJOBBJJao2W8AKFR816MYyCXBgxJ
              Z8np55bCa819MH2+21yZAY5BtiqYJsJiyYq9NgU5LUknGuWQUQfcivRLbOpZCCf2ZOChZicl/yYi
              8DOSx1Qg8EMaBzP0WJZb9/X58D6DqmTyWmZQjQIDAQABo1MwUTAdBgNVHQ4EFgQUyzOoF+Uemh5t
              cmLrHhgzTkOCEz4wHwYDVR0jBBgwFoAUyzOoF+Uemh5tcmLrHhgzTkOCEz4wDwYDVR0TAQH/BAUw
              AwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAWR1qHOB18uqm197awfzlnU9LD+PX9e5RG3mMMnJh7aFB
              0NImB3SW57kcn/dYzaaauDlNvjCpa5ufBNAbn0MOJl91RXRHd1q97LLEpn/BY26R7ehINTV6xsTm
              pJHEWwAvYr12tiQFwovvwxwXi6WNXCBOGKSwpZA0H6eW6d0XHGJfQueBhLqn689fSGlnBcXgA1YO
              VOwe9w+UitupVisb/x/aEJmAaMgl1nfx6IKWdaNpVemR8izZgQyW1BfIYB4sbVV55aIoVBu4wioW
              QGWDe1XolsooqLaoMSTKk5RO5eXSm8hTvICKoRqQyLSe3knkULJoBfyOapUABcBwCEFMXw==
              </X509Certificate>
            </X509Data>
          </KeyInfo>
        </KeyDescriptor>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
      </IDPSSODescriptor>
    </EntityDescriptor>
  XML
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
