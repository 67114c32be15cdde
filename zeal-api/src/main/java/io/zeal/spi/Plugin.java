package io.zeal.spi;

import java.util.List;

/**
 * What every plugin says of itself. Plugins are found by {@link java.util.ServiceLoader}: a {@code
 * provides} in {@code module-info.java}, and the same line in {@code META-INF/services} for the
 * class path. Implementations are public, final, with a public constructor without arguments that
 * does nothing.
 */
public interface Plugin {

  /** The name it is chosen by: lower-case letters, digits and dashes. */
  String name();

  /** The settings it understands; every key begins with {@code zeal.}, its name and a dot. */
  List<Setting<?>> settings();
}
