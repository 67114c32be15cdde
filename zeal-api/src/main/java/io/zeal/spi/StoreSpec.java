package io.zeal.spi;

import io.zeal.ErrorCode;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backend is asked to attach to or to create.
 *
 * @param name the store's name: 1 to 63 bytes of well-formed text, any characters
 * @param schema its columns and their mapper
 * @param options its ttl, capacity, overflow policy and key limit
 * @param announcer what to publish within each write, or null
 * @param <R> the application's row
 */
public record StoreSpec<R>(
    String name, Schema<R> schema, StoreOptions options, @Nullable Announcer announcer) {

  /** Nothing but the announcer is null. */
  public StoreSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(options, "options");
  }

  /**
   * The same store, with every write announced; only for a backend with {@code
   * Capability.ANNOUNCE}.
   */
  public StoreSpec<R> withAnnouncer(Announcer announcer) {
    return new StoreSpec<>(name, schema, options, Objects.requireNonNull(announcer, "announcer"));
  }

  /** What to publish within each write. */
  public Optional<Announcer> announcement() {
    return Optional.ofNullable(announcer);
  }

  /** The mapper of the schema. */
  public RowMapper<R> mapper() {
    return schema.mapper();
  }

  /** The store's time to live in milliseconds, 0 for none. */
  public long ttlMillis() {
    return options.ttl().map(java.time.Duration::toMillis).orElse(0L);
  }

  /**
   * What has to be the same for everyone who attaches, as text: what a shared backend records
   * beside the rows (S10).
   */
  public String fingerprint() {
    return schema + " " + options;
  }

  /**
   * Refuses to attach this spec to a store that exists with another one (S10).
   *
   * @throws SchemaException if the fingerprints differ; it shows both
   */
  public void requireSame(String existing) {
    if (!existing.equals(fingerprint())) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "Store '"
              + name
              + "' exists as "
              + existing
              + " and was opened as "
              + fingerprint()
              + ". Open it with what it has, or use another name.");
    }
  }
}
