package io.herd.job.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.RepoKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver finds its token when the submitter's environment doesn't reach it. */
class DriverHubTest {
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";

  @TempDir private Path directory;
  private final Configuration hadoop = new Configuration(false);

  private Settings settings(String... overrides) throws IOException {
    Files.writeString(
        directory.resolve("run.conf"),
        """
        herd {
          model.id = "meta-llama/Llama-3.2-1B"
          input { format = json, path = in.jsonl }
          prompt.column = text
          output.path = out
          run.work-dir = work
          hub.cache = cache
        }
        """);
    return SettingsReader.read(Path.of("run.conf"), List.of(overrides), directory);
  }

  private void store(String alias) throws IOException {
    hadoop.set(
        CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH,
        "localjceks://file" + directory.resolve("herd.jceks"));
    CredentialProvider provider = CredentialProviderFactory.getProviders(hadoop).get(0);
    provider.createCredentialEntry(alias, TOKEN.toCharArray());
    provider.flush();
  }

  private FoundToken found(String... overrides) throws IOException {
    return new DriverHub(settings(overrides), hadoop).token().orElseThrow();
  }

  @Test
  void token_inACredentialStore_isFound() throws IOException {
    store("herd.hub.token");
    assertThat(found().source()).contains("herd.hub.token in the credential store");
    assertThat(found().toString()).doesNotContain(TOKEN);
  }

  @Test
  void token_inASettingOfHadoop_isNotTaken() throws IOException {
    store("another.password");
    hadoop.set("herd.hub.token", TOKEN);
    assertThat(new DriverHub(settings(), hadoop).token().map(FoundToken::source).orElse("none"))
        .doesNotContain("herd.hub.token");
  }

  @Test
  void token_inAFileSentAlong_comesFirst() throws IOException {
    store("herd.hub.token");
    Files.writeString(directory.resolve("hf-token"), "hf_zyxwvutsrqponmlkjihgfedcba\n");

    FoundToken token = found("herd.hub.token-file=hf-token");

    assertThat(token.source()).contains("hf-token");
    assertThat(token.shadowed())
        .anySatisfy(other -> assertThat(other).contains("credential store"));
    assertThat(token.notes())
        .as("the file can be read by others")
        .anySatisfy(note -> assertThat(note).contains("chmod 600"));
  }

  @Test
  void token_fileThatIsMissing_saysWhichOne() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> found("herd.hub.token-file=nowhere"))
        .withMessageContaining("nowhere");
  }

  @Test
  void cached_coldCache_saysHowToFillIt() throws IOException {
    DriverHub hub = new DriverHub(settings("herd.model.distribution=local"), hadoop);
    assertThat(hub.offline()).isTrue();
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> hub.cached(hub.model(), RepoKind.MODEL))
        .withMessageContaining("meta-llama/Llama-3.2-1B at main is missing or incomplete")
        .withMessageContaining("submit/herd fetch");
  }
}
