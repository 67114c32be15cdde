package io.zeal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A path of its own: files that a test names, and the classes of {@code io.zeal.found} defined once
 * more outside the module, because services of a named module are not found through {@code
 * META-INF/services}.
 */
final class FilesOnThePath extends ClassLoader {

  private static final String FOUND = "io.zeal.found.";

  private final Map<String, List<URL>> files = new LinkedHashMap<>();

  FilesOnThePath() {
    super(FilesOnThePath.class.getClassLoader());
  }

  /** Adds a file; one of the same name stays, as in another jar. */
  FilesOnThePath with(String name, String text) {
    return with("jar" + files.getOrDefault(name, List.of()).size(), name, text);
  }

  /** Adds a file of a jar. */
  FilesOnThePath with(String jar, String name, String text) {
    files.computeIfAbsent(name, _ -> new ArrayList<>()).add(url(jar, name, text));
    return this;
  }

  /** Adds a jar's line-up of providers of {@code service}. */
  FilesOnThePath with(Class<?> service, Class<?>... providers) {
    return with(
        "META-INF/services/" + service.getName(),
        Arrays.stream(providers).map(Class::getName).collect(Collectors.joining("\n")));
  }

  private static URL url(String jar, String name, String text) {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new InMemory(url, text);
          }
        };
    try {
      return URL.of(URI.create("test:/lib/" + jar + "!/" + name), handler);
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected URL findResource(String name) {
    List<URL> found = files.getOrDefault(name, List.of());
    return found.isEmpty() ? null : found.getFirst();
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return Collections.enumeration(files.getOrDefault(name, List.of()));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(FOUND)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : again(name);
    }
  }

  private Class<?> again(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static final class InMemory extends URLConnection {

    private final String text;

    InMemory(URL url, String text) {
      super(url);
      this.text = text;
    }

    @Override
    public void connect() {}

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
