# Custom key stores: one on a CloudHSM cluster, one behind an XKS proxy, and a key in each.
#
#   npm start -- --hsm-pkcs11 …  prints what to export; paste it. Then make the cluster (src/services/cloudhsm-v2/README.md)
#                                and the proxy (docs/xks-proxy.md), put what the variables ask for in terraform.tfvars, and:
#   terraform init && terraform apply
#
# The provider neither connects nor disconnects key stores: the aws CLI does it here. A key store is deleted when its keys
# are, which is days after a destroy of them; until then `terraform destroy` of the store is refused, here as on AWS.
#
# Passwords and credentials stand in the state: keep it as secret as they are.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "cluster" {
  description = "Active cluster of two HSMs in two Availability Zones, its customerCA.crt and the password of its kmsuser."
  type        = object({ id = string, trust_anchor = string, password = string })
  sensitive   = true
}

variable "proxy" {
  description = "XKS proxy that answers, and an AES-256 key of it."
  type = object({
    endpoint          = string
    path              = string
    access_key_id     = string
    secret_access_key = string
    key_id            = string
  })
  sensitive = true
}

resource "aws_kms_custom_key_store" "hsm" {
  custom_key_store_name    = "on our HSMs"
  cloud_hsm_cluster_id     = var.cluster.id
  trust_anchor_certificate = var.cluster.trust_anchor
  key_store_password       = var.cluster.password
}

resource "aws_kms_custom_key_store" "outside" {
  custom_key_store_name  = "in our own hands"
  custom_key_store_type  = "EXTERNAL_KEY_STORE"
  xks_proxy_connectivity = "PUBLIC_ENDPOINT"
  xks_proxy_uri_endpoint = var.proxy.endpoint
  xks_proxy_uri_path     = var.proxy.path

  xks_proxy_authentication_credential {
    access_key_id         = var.proxy.access_key_id
    raw_secret_access_key = var.proxy.secret_access_key
  }
}

resource "terraform_data" "connected" {
  for_each = {
    hsm     = aws_kms_custom_key_store.hsm.id
    outside = aws_kms_custom_key_store.outside.id
  }
  input = each.value

  provisioner "local-exec" {
    command = <<-SH
      aws kms connect-custom-key-store --custom-key-store-id ${self.input}
      until aws kms describe-custom-key-stores --custom-key-store-id ${self.input} | grep -q '"CONNECTED"'; do sleep 1; done
    SH
  }

  provisioner "local-exec" {
    when    = destroy
    command = <<-SH
      aws kms disconnect-custom-key-store --custom-key-store-id ${self.input}
      until aws kms describe-custom-key-stores --custom-key-store-id ${self.input} | grep -q '"DISCONNECTED"'; do sleep 1; done
    SH
  }
}

resource "aws_kms_key" "hsm" {
  description             = "its material never leaves the HSMs"
  custom_key_store_id     = terraform_data.connected["hsm"].output
  deletion_window_in_days = 7
  tags                    = { team = "security" }
}

resource "aws_kms_key" "outside" {
  description             = "its material is with an external key manager"
  custom_key_store_id     = terraform_data.connected["outside"].output
  xks_key_id              = var.proxy.key_id
  deletion_window_in_days = 7
}

resource "aws_kms_alias" "hsm" {
  name          = "alias/on-hsms"
  target_key_id = aws_kms_key.hsm.key_id
}

data "aws_kms_custom_key_store" "hsm" {
  custom_key_store_id = terraform_data.connected["hsm"].output
}

output "hsm_connection" {
  value = data.aws_kms_custom_key_store.hsm.connection_state
}

output "hsm_store" {
  value = aws_kms_custom_key_store.hsm.id
}

output "outside_store" {
  value = aws_kms_custom_key_store.outside.id
}

output "hsm_key" {
  value = aws_kms_key.hsm.arn
}

output "outside_key" {
  value = aws_kms_key.outside.arn
}
