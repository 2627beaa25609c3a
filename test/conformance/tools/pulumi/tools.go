//go:build tools

// Package tools pins the Pulumi CLI with its engine, which is built from its own module: package main of
// github.com/pulumi/pulumi/pkg/v3/cmd/pulumi.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
