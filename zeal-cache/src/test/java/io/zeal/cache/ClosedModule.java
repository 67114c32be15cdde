package io.zeal.cache;

import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The application's module {@code game}: the tests' package {@code com.example.closed} once more.
 */
final class ClosedModule {

  private static final String PACKAGE = "com.example.closed";

  private ClosedModule() {}

  /** The class of that name in a module that opens nothing, or its package to {@code friends}. */
  static Class<?> load(String simpleName, String... friends) throws ReflectiveOperationException {
    ModuleDescriptor.Builder game = ModuleDescriptor.newModule("game").packages(Set.of(PACKAGE));
    if (friends.length > 0) {
      game.opens(PACKAGE, Set.of(friends));
    }
    Configuration configuration =
        Configuration.resolve(
            new Finder(game.build()),
            List.of(ModuleLayer.boot().configuration()),
            ModuleFinder.of(),
            Set.of("game"));
    return ModuleLayer.defineModulesWithOneLoader(
            configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
        .layer()
        .findLoader("game")
        .loadClass(PACKAGE + "." + simpleName);
  }

  private record Finder(ModuleDescriptor game) implements ModuleFinder {

    @Override
    public Optional<ModuleReference> find(String name) {
      return name.equals(game.name()) ? Optional.of(reference()) : Optional.empty();
    }

    @Override
    public Set<ModuleReference> findAll() {
      return Set.of(reference());
    }

    private ModuleReference reference() {
      return new ModuleReference(game, URI.create("test:/game")) {
        @Override
        public ModuleReader open() {
          return new TestClasses();
        }
      };
    }
  }

  private static final class TestClasses implements ModuleReader {

    @Override
    public Optional<URI> find(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<InputStream> open(String name) {
      return Optional.ofNullable(ClosedModule.class.getClassLoader().getResourceAsStream(name));
    }

    @Override
    public Stream<String> list() {
      return Stream.empty();
    }

    @Override
    public void close() {}
  }
}
