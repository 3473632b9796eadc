"""Pure rules of the service: values in, values out, no I/O."""
