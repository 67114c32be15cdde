package io.zeal.redis.spi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One command as the server gets it: its name and its arguments. Immutable; nobody writes into its
 * arrays.
 */
public final class Command {

  private final List<byte[]> parts;

  private Command(List<byte[]> parts) {
    this.parts = parts;
  }

  /** The command of a name and arguments that are at hand. */
  public static Command of(byte[]... parts) {
    return new Command(List.of(parts));
  }

  /** Begins a command. */
  public static Builder named(String name) {
    return new Builder(List.of(name));
  }

  /** The same with another name and another first argument. */
  public Command with(String name, String argument) {
    List<byte[]> changed = new ArrayList<>(parts);
    changed.set(0, name.getBytes(StandardCharsets.UTF_8));
    changed.set(1, argument.getBytes(StandardCharsets.UTF_8));
    return new Command(List.copyOf(changed));
  }

  /** The name, then the arguments. */
  public List<byte[]> parts() {
    return parts;
  }

  /** The name alone: an argument may be a secret. */
  public String name() {
    return new String(parts.getFirst(), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name() + " and " + (parts.size() - 1) + " arguments";
  }

  /** Collects arguments. */
  public static final class Builder {

    private final List<byte[]> parts = new ArrayList<>();

    private Builder(List<String> words) {
      words.forEach(this::add);
    }

    /** Adds an argument as it is; the array is the command's from now on. */
    public Builder add(byte[] argument) {
      parts.add(argument);
      return this;
    }

    /** Adds a text as UTF-8. */
    public Builder add(String argument) {
      return add(argument.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a number in decimal digits. */
    public Builder add(long argument) {
      return add(Long.toString(argument));
    }

    /** The command. */
    public Command build() {
      return new Command(List.copyOf(parts));
    }
  }
}
