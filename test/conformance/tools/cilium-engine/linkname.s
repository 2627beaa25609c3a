// Without a file in assembly the compiler refuses functions that have no body, as go:linkname needs them.
