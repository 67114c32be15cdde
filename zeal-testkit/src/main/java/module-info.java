/** Faults on demand, for the tests of applications: nothing is injected unless it is asked for. */
module io.zeal.testkit {
  requires transitive io.zeal;
  requires static org.jspecify;

  exports io.zeal.testkit;

  provides io.zeal.spi.BackendDecorator with
      io.zeal.testkit.ChaosDecorator;
}
