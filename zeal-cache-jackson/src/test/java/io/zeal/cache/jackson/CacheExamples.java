package io.zeal.cache.jackson;

import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Codec;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CodecProvider;
import io.zeal.spi.Setting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The examples of docs/caches.md: a test compares them, and another runs them. */
@SuppressWarnings("UnusedVariable") // names of variables tell readers what a call answers
final class CacheExamples {

  private CacheExamples() {}

  record User(String name, int level) {}

  /** What is slow. */
  static final class Database {

    User load(String key) {
      return new User(key, 1);
    }

    User loadFor(String tenant, int id) {
      return new User(tenant, id);
    }
  }

  private static final ThreadLocal<String> TENANT = ThreadLocal.withInitial(() -> "acme");

  static Cache first(Zeal zeal, Database db) {
    Cache users = zeal.cache("users", CacheOptions.defaults().withTtl(Duration.ofMinutes(10)));
    User user = users.getOrCompute("user:42", User.class, load -> db.load(load.key()));
    users.remove("user:42");
    return users;
  }

  static void capturing(Cache users, Database db) {
    String tenant = TENANT.get(); // the caller's ThreadLocal
    User user = users.getOrCompute(tenant + ":42", User.class, load -> db.loadFor(tenant, 42));
  }

  static void many(Cache users, Database db) {
    ValueType<User> type = ValueType.of(User.class);
    CacheOptions ofTeam7 = users.options().withTags("team:7");
    users.put("user:1", new User("alice", 1), type, ofTeam7);
    users.putAll(Map.of("user:2", new User("bob", 2)), type, ofTeam7).orThrow();

    Map<String, Cached<User>> there = users.getAll(List.of("user:1", "user:9"), type).orThrow();
    // user:9 is not there and not in the map
    BulkResult<Cached<User>> all =
        users.getAllOrCompute(
            List.of("user:1", "user:9"), type, ofTeam7, load -> db.load(load.key()));
    all.failures().forEach((key, error) -> System.err.println(key + ": " + error.getMessage()));

    users.removeTag("team:7"); // however many there are
  }

  static Zeal withMapper() {
    JsonMapper mapper = JsonMapper.builder().build();
    Zeal zeal = Zeal.open(ZealConfig.builder().instance(JsonMapper.class, mapper).build());
    return zeal;
  }

  public static final class DayCodec implements Codec, CodecProvider {
    @Override
    public String name() {
      return "day"; // for zeal.cache.codec, where several can write a type
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Codec open(BackendContext context) {
      return this;
    }

    @Override
    public int id() {
      return 64; // stored with each value: 64 to 255, the same for ever
    }

    @Override
    public boolean supports(ValueType<?> type) {
      return type.type() == LocalDate.class;
    }

    @Override
    public <T> byte[] encode(T value, ValueType<T> type) {
      return ByteBuffer.allocate(8).putLong(((LocalDate) value).toEpochDay()).array();
    }

    @Override
    @SuppressWarnings("unchecked") // what it supports
    public <T> T decode(byte[] bytes, ValueType<T> type) {
      if (bytes.length != 8) {
        throw new CodecException(ErrorCode.CODEC, "Not the 8 bytes of a day. Cache it anew.");
      }
      return (T) LocalDate.ofEpochDay(ByteBuffer.wrap(bytes).getLong());
    }
  }
}
