/** The backend "tiered": private copies of what a shared backend holds. Found by its name. */
module io.zeal.tiered {
  requires io.zeal;
  requires static org.jspecify;

  provides io.zeal.spi.BackendProvider with
      io.zeal.tiered.TieredBackendProvider;
}
