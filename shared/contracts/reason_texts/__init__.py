"""The texts of the reasons, a module a language: title, detail, what to do now."""
