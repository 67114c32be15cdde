/** A backend for heap memory, written to be read. */
module io.zeal.examples.map {
  requires transitive io.zeal;
  requires static org.jspecify;

  exports io.zeal.examples.map;

  provides io.zeal.spi.BackendProvider with
      io.zeal.examples.map.MapBackendProvider;
}
