package io.zeal.cache.jackson;

import static io.zeal.cache.jackson.JacksonContext.codec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CodecException;
import io.zeal.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was stored as one type is not another's, however much alike their JSON is. */
class OtherTypesTest {

  record Account(String iban, List<String> owners) {}

  record Named(String iban) {}

  record Twin(String iban, List<String> owners) {}

  private static final Account ACCOUNT = new Account("DE1", List.of("alice"));

  /** As classes were written before there were records: nothing of it is ever missing. */
  static final class Bean {
    private String owner = "";

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }
  }

  @Test
  void anotherClassIsRefused() {
    byte[] account = codec().encode(ACCOUNT, ValueType.of(Account.class));
    refused(account, ValueType.of(Named.class));
    refused(account, ValueType.of(Twin.class));
    refused(account, ValueType.of(Bean.class));
    refused(account, new ValueType<Map<String, Object>>() {});
  }

  @Test
  void otherArgumentsOfAGenericTypeAreRefused() {
    byte[] numbers = codec().encode(List.of(3), new ValueType<List<Integer>>() {});
    refused(numbers, new ValueType<List<Long>>() {});
    refused(numbers, new ValueType<List<Boolean>>() {});
    refused(numbers, new ValueType<Set<Integer>>() {});
    refused(numbers, new ValueType<List<? extends Integer>>() {});
    refused(numbers, ValueType.of(List.class));
    byte[] arrays = codec().encode(oneList(), new ValueType<List<Integer>[]>() {});
    refused(arrays, new ValueType<List<Long>[]>() {});
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java makes no arrays of generic types
  private static List<Integer>[] oneList() {
    return new List[] {List.of(3)};
  }

  @Test
  void aSubtypeIsAnotherTypeToo() {
    byte[] list = codec().encode(List.of(ACCOUNT), new ValueType<List<Account>>() {});
    refused(list, new ValueType<Iterable<Account>>() {});
  }

  @Test
  void whatIsTooShortForAFingerprintIsRefused() {
    refused(new byte[0], ValueType.of(Account.class));
    refused(new byte[7], ValueType.of(Account.class));
  }

  private static void refused(byte[] stored, ValueType<?> type) {
    assertThatThrownBy(() -> codec().decode(stored, type))
        .as(type.toString())
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("not of " + type)
        .hasMessageNotContaining("alice");
  }

  @Test
  void theNameOfTheTypeIsNotStored() {
    assertThat(JacksonContext.json(codec().encode(ACCOUNT, ValueType.of(Account.class))))
        .isEqualTo("{\"iban\":\"DE1\",\"owners\":[\"alice\"]}");
  }
}
