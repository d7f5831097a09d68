"""The demo district: files in the import schemas, and the code that draws its unit grid and its past."""
