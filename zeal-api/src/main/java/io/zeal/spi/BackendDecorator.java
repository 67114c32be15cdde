package io.zeal.spi;

/**
 * Wraps backends as they are opened, for example to count calls. Found like a {@link
 * BackendProvider}; on by its presence on the path unless its own settings say otherwise.
 * Decorators are applied by ascending {@link #order}, the last one outermost.
 */
public interface BackendDecorator extends Plugin {

  /** Where it stands among decorators: the lower, the closer to the backend. */
  int order();

  /**
   * Returns {@code backend}, or something around it that passes on everything it is not about:
   * every method to the same method, its answers and errors as they are, capabilities and limits
   * included (it may add some). {@code DecoratorTck} checks that. A context that opens another
   * backend here has that one decorated as well.
   *
   * <p>Who throws leaves {@code backend} open: the caller closes it.
   */
  Backend decorate(Backend backend, Role role, BackendContext context);
}
