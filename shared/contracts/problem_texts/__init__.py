"""What can be wrong with a call, told in four languages: code -> title and sentence, remedy -> what to do now."""
