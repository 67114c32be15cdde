/** A circuit breaker around remote backends, with retries and a memory of what was last read. */
module io.zeal.resilience {
  requires dev.failsafe.core;
  requires io.zeal;
  requires static org.jspecify;

  provides io.zeal.spi.BackendDecorator with
      io.zeal.resilience.ResilienceDecorator;
}
