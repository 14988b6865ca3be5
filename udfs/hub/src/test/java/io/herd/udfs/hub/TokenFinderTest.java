package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFinderTest {
  @TempDir private Path home;
  private final Map<String, String> variables = new HashMap<>();
  private Path login;

  @BeforeEach
  void login() throws IOException {
    login = home.resolve(".cache/huggingface/token");
    Files.createDirectories(login.getParent());
    write(login, "hf_login\r\n");
    variables.put("HF_TOKEN", " hf_first\n");
    variables.put("HUGGING_FACE_HUB_TOKEN", "hf_second");
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Optional<FoundToken> find(Path file, RawToken credential) {
    return TokenFinder.find(
        HubEnvironment.of(variables, home),
        Optional.ofNullable(file),
        Optional.ofNullable(credential));
  }

  private FoundToken found() {
    return find(null, null).orElseThrow();
  }

  @Test
  void find_everyPlace_goesInTheirOrder() throws IOException {
    Path file = home.resolve("secret");
    write(file, "hf_file");
    RawToken credential = new RawToken("the store", "hf_store");
    assertThat(find(file, credential).orElseThrow().secret().reveal()).isEqualTo("hf_file");
    assertThat(find(null, credential).orElseThrow().secret().reveal()).isEqualTo("hf_store");
    assertThat(found().secret().reveal()).isEqualTo("hf_first");
    variables.put("HF_TOKEN", "  ");
    assertThat(found().secret().reveal()).isEqualTo("hf_second");
    variables.remove("HUGGING_FACE_HUB_TOKEN");
    assertThat(found().secret().reveal()).isEqualTo("hf_login");
    assertThat(found().source()).isEqualTo("the file " + login);
    Files.delete(login);
    assertThat(find(null, null)).isEmpty();
  }

  @Test
  void find_tokenPath_isReadInsteadOfTheLogin() throws IOException {
    variables.clear();
    variables.put("HF_TOKEN_PATH", "~/sent-along");
    write(home.resolve("sent-along"), "hf_sent");
    assertThat(found().secret().reveal()).isEqualTo("hf_sent");
  }

  @Test
  void find_otherTokensElsewhere_areNamedAsShadowed() {
    variables.put("HUGGING_FACE_HUB_TOKEN", "hf_first");
    assertThat(found().source()).isEqualTo("the environment variable HF_TOKEN");
    assertThat(found().shadowed()).containsExactly("the file " + login);
    assertThat(found().notes())
        .containsExactly(
            "the token in " + found().source() + " hides another, in the file " + login);
  }

  @Test
  void find_implicitTokensOff_takesExplicitOnesOnly() {
    variables.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "yes");
    assertThat(find(null, null)).isEmpty();
    assertThat(find(null, new RawToken("the store", "hf_store"))).isPresent();
  }

  @Test
  void find_fileThatOthersRead_isNoted() throws IOException {
    variables.clear();
    Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(found().notes()).singleElement().asString().contains("chmod 600");
  }

  @Test
  void find_unusualToken_isNoted() {
    variables.clear();
    variables.put("HF_TOKEN", "password");
    variables.put("HF_HOME", "/nowhere");
    assertThat(found().notes()).singleElement().asString().contains("doesn't begin with hf_");
  }

  @Test
  void find_namedFileMissingOrEmpty_isRefused() throws IOException {
    Path file = home.resolve("secret");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> find(file, null))
        .withMessageContaining("can't read the token from " + file);
    write(file, "\n");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> find(file, null))
        .withMessageContaining("is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_a b", "hf_\u00e4", "hf_\u0007"})
  void find_tokenThatNoHeaderCarries_isRefusedUnseen(String token) {
    variables.put("HF_TOKEN", token);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::found)
        .withMessageContaining("the environment variable HF_TOKEN")
        .withMessageNotContaining(token);
  }

  @Test
  void toString_all_hideTheToken() {
    HubEnvironment environment = HubEnvironment.of(variables, home);
    assertThat(environment + " " + found()).doesNotContain("hf_first", "hf_second", "hf_login");
  }
}
