package io.warroom.config.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SecretTest {

    private record Form(String field, Secret secret) {}

    @Test
    void neitherItsTextNorItsJsonShowsIt() {
        var form = new Form("appSecret", new Secret("s3cret"));

        assertThat(List.of(form.toString(), Map.of("form", form).toString(), "%s".formatted(form.secret())))
                .allMatch(text -> text.contains("********"))
                .noneMatch(text -> text.contains("s3cret"));
        assertThat(JsonMapper.shared().writeValueAsString(form))
                .isEqualTo("{\"field\":\"appSecret\",\"secret\":\"********\"}");
    }
}
