"""The shapes of JSON that goes in and out, one module per noun."""
