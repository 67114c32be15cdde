/** The backend "table": off-heap rows. Found by its name; nothing here is called directly. */
module io.zeal.table {
  requires io.zeal;
  requires static org.jspecify;

  provides io.zeal.spi.BackendProvider with
      io.zeal.table.TableBackendProvider;
}
