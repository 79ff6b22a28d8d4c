/* Loads the built module as libpam does, and asks for each name given: prints `name yes` or `name no`. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
  void *module = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (module == NULL) {
    fprintf(stderr, "%s\n", argc > 1 ? dlerror() : "which module?");
    return 1;
  }
  for (int i = 2; i < argc; i++) printf("%s %s\n", argv[i], dlsym(module, argv[i]) != NULL ? "yes" : "no");
  return 0;
}
