package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.config.http.Problem;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BindingFileTest {

    private static final String LINES = "陈静,LARK,ou_1\n王芳,LARK,ou_2\n";
    private static final Charset GB18030 = Charset.forName("GB18030");

    @Test
    void t12AFileInGbkIsRefusedAsUtf8AndNamesTheRemedy() {
        assertThatThrownBy(() -> BindingFile.decode(LINES.getBytes(GB18030), "UTF-8"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.detail()).contains("file is not in UTF-8", "GB18030"));
    }

    @Test
    void t12AFileInGbkIsReadAsItWasWrittenWhenItsEncodingIsChosen() {
        assertThat(BindingFile.decode(LINES.getBytes(GB18030), "GB18030")).isEqualTo(LINES);
    }

    @Test
    void aByteOrderMarkOverridesTheEncodingThatWasChosen() {
        assertThat(BindingFile.decode(("\uFEFF" + LINES).getBytes(StandardCharsets.UTF_16LE), "UTF-8"))
                .isEqualTo(LINES);
        assertThat(BindingFile.decode(("\uFEFF" + LINES).getBytes(StandardCharsets.UTF_16BE), "GB18030"))
                .isEqualTo(LINES);
        assertThat(BindingFile.decode(("\uFEFF" + LINES).getBytes(StandardCharsets.UTF_8), "GB18030"))
                .isEqualTo(LINES);
    }

    @Test
    void anEncodingThatIsNotOfferedIsRefusedByName() {
        assertThatThrownBy(() -> BindingFile.decode(new byte[0], "UTF-7"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.detail()).contains("encoding must be one of UTF-8, GB18030"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void theFirstSeparatorOfTheFirstLineSeparatesAll(String separator) throws IOException {
        var text = "\np-1 %1$s LARK %1$s ou_1\n\"p%1$s2\"%1$sWECOM%1$sli".formatted(separator);

        try (var lines = CSVParser.parse(text, BindingFile.format(text))) {
            assertThat(lines.getRecords())
                    .extracting(cells -> String.join("|", cells.toList()))
                    .containsExactly("p-1|LARK|ou_1", "p" + separator + "2|WECOM|li");
        }
    }
}
