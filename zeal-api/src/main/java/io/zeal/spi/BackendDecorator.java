package io.zeal.spi;

/**
 * Wraps backends as they are opened, for example to count calls. Found like a {@link
 * BackendProvider}; on by its presence on the path unless its own settings say otherwise.
 * Decorators are applied by ascending {@link #order}, the last one outermost.
 */
public interface BackendDecorator extends Plugin {

  /** Where it stands among decorators: the lower, the closer to the backend. */
  int order();

  /** Returns {@code backend}, or something around it that passes on everything it is not about. */
  Backend decorate(Backend backend, Role role, BackendContext context);
}
