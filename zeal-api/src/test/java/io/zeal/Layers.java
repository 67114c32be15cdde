package io.zeal;

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

/** Test classes defined once more, in a module of their own above {@code io.zeal}. */
final class Layers {

  private static final ClassLoader OWN = Layers.class.getClassLoader();

  private Layers() {}

  /** A layer of the one module described, whose classes are those of the tests. */
  static ModuleLayer of(ModuleDescriptor descriptor) {
    ModuleFinder finder = new OneModule(descriptor);
    Configuration configuration =
        Configuration.resolve(
            finder,
            List.of(ModuleLayer.boot().configuration()),
            ModuleFinder.of(),
            Set.of(descriptor.name()));
    return ModuleLayer.defineModulesWithOneLoader(
            configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
        .layer();
  }

  private record OneModule(ModuleDescriptor descriptor) implements ModuleFinder {

    @Override
    public Optional<ModuleReference> find(String name) {
      return name.equals(descriptor.name()) ? Optional.of(reference()) : Optional.empty();
    }

    @Override
    public Set<ModuleReference> findAll() {
      return Set.of(reference());
    }

    private ModuleReference reference() {
      return new ModuleReference(descriptor, URI.create("test:/" + descriptor.name())) {
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
      return Optional.ofNullable(OWN.getResourceAsStream(name));
    }

    @Override
    public Stream<String> list() {
      return Stream.empty();
    }

    @Override
    public void close() {}
  }
}
