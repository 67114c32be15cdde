package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.ConfigurationException;
import io.zeal.redis.RedisUrl.Topology;
import io.zeal.redis.spi.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

  @Test
  void aHostAloneHasThePortAndTheDatabaseOfEverybody() {
    RedisUrl url = RedisUrl.parse("redis://localhost");

    assertThat(url.topology()).isEqualTo(Topology.SINGLE);
    assertThat(url.endpoints()).containsExactly(new Endpoint.Tcp("localhost", 6379));
    assertThat(url.database()).isZero();
    assertThat(url.tls()).isFalse();
    assertThat(url.user()).isNull();
    assertThat(url.password()).isNull();
  }

  @Test
  void everyPartIsRead() {
    RedisUrl url = RedisUrl.parse("rediss://ann:s%40cr%2Fet+1@cache.example:6380/3");

    assertThat(url.tls()).isTrue();
    assertThat(url.user()).isEqualTo("ann");
    assertThat(url.password()).isEqualTo("s@cr/et+1");
    assertThat(url.endpoints()).containsExactly(new Endpoint.Tcp("cache.example", 6380));
    assertThat(url.database()).isEqualTo(3);
  }

  @Test
  void aPasswordNeedsNoUser() {
    RedisUrl url = RedisUrl.parse("redis://:secret@h");

    assertThat(url.user()).isNull();
    assertThat(url.password()).isEqualTo("secret");
  }

  @Test
  void anAtInAPasswordNeedNotBeEncoded() {
    assertThat(RedisUrl.parse("redis://u:a@b@h").password()).isEqualTo("a@b");
  }

  @Test
  void anAddressOfVersionSixStandsInBrackets() {
    assertThat(RedisUrl.parse("redis://[::1]:7000").endpoints())
        .containsExactly(new Endpoint.Tcp("::1", 7000));
    assertThat(RedisUrl.parse("redis://[::1]").endpoints())
        .containsExactly(new Endpoint.Tcp("::1", 6379));
  }

  @Test
  void aSocketHasAPathAndPerhapsADatabase() {
    RedisUrl url = RedisUrl.parse("redis+unix://:pw@/run/redis.sock?db=2");

    assertThat(url.endpoints()).containsExactly(new Endpoint.Unix("/run/redis.sock"));
    assertThat(url.password()).isEqualTo("pw");
    assertThat(url.database()).isEqualTo(2);
  }

  @Test
  void aClusterHasSeveralHosts() {
    RedisUrl url = RedisUrl.parse("rediss+cluster://a:1,b,c:3");

    assertThat(url.topology()).isEqualTo(Topology.CLUSTER);
    assertThat(url.tls()).isTrue();
    assertThat(url.endpoints())
        .containsExactly(
            new Endpoint.Tcp("a", 1), new Endpoint.Tcp("b", 6379), new Endpoint.Tcp("c", 3));
  }

  @Test
  void sentinelsHavePortsOfTheirOwnAndANameForTheMaster() {
    RedisUrl url = RedisUrl.parse("redis+sentinel://a,b:1/mymaster/4");

    assertThat(url.topology()).isEqualTo(Topology.SENTINEL);
    assertThat(url.endpoints())
        .containsExactly(new Endpoint.Tcp("a", 26379), new Endpoint.Tcp("b", 1));
    assertThat(url.master()).isEqualTo("mymaster");
    assertThat(url.database()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://|no host",
        "redis:///0|no host",
        "redis://:secret@|no host",
        "localhost:6379|no scheme",
        "http://h|scheme 'http' is unknown",
        "redis://h:0|port is no number",
        "redis://h:secretport|port is no number",
        "redis://h/secretdb|database is no number",
        "redis://h/-1|database is no number",
        "redis://h1,h2|redis+cluster://",
        "redis+cluster://h/1|a cluster has none but 0",
        "redis+cluster://h,,i|one of its hosts is empty",
        "redis+sentinel://h|no name of a master",
        "redis+sentinel://h/|no name of a master",
        "redis+unix://relative.sock|no absolute path",
        "redis+unix:///s?dbase=1|other than db=",
        "redis://secret@h|no ':'",
        "redis://u:%zz@h|not followed by two hexadecimal digits",
      })
  void anythingElseIsRefusedWithWhatIsWrong(String text, String found) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> RedisUrl.parse(text))
        .withMessageContainingAll("zeal.redis.url", found, "redis://host:6379", "ZEAL-104")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://ann:secret@h",
        "rediss+cluster://:secret@a,b",
        "redis+sentinel://u:secret@a/m"
      })
  void itsTextShowsNoPassword(String text) {
    assertThat(RedisUrl.parse(text).toString()).doesNotContain("secret").contains("***");
  }
}
