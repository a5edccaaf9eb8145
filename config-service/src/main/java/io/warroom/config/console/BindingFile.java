package io.warroom.config.console;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;

/** The text of an imported file, and how its lines are separated. Stateless. */
final class BindingFile {

    /** What the form offers: without a byte order mark nothing in a file says which of them it is in. */
    static final List<String> ENCODINGS = List.of("UTF-8", "GB18030");

    private static final Set<Character> SEPARATORS = Set.of(',', ';', '\t');

    private BindingFile() {}

    /**
     * Decodes the file strictly, so that no garbled name is ever bound.
     *
     * @param encoding one of {@link #ENCODINGS}; a byte order mark overrides it
     * @throws Problem 422 when the bytes are not in that encoding, or the encoding is none of these
     */
    static String decode(byte[] file, String encoding) {
        if (!ENCODINGS.contains(encoding)) {
            throw invalid("encoding", "must be one of " + String.join(", ", ENCODINGS));
        }
        try {
            var text = charset(file, encoding)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException _) {
            throw invalid(
                    "file",
                    "is not in " + encoding
                            + ": choose the encoding it was saved in (Excel in Chinese saves CSV as GB18030), or save it as CSV UTF-8");
        }
    }

    private static Charset charset(byte[] file, String encoding) {
        if (file.length >= 2 && (file[0] & 0xFF) == 0xFF && (file[1] & 0xFF) == 0xFE) {
            return StandardCharsets.UTF_16LE;
        }
        if (file.length >= 2 && (file[0] & 0xFF) == 0xFE && (file[1] & 0xFF) == 0xFF) {
            return StandardCharsets.UTF_16BE;
        }
        if (file.length >= 3 && (file[0] & 0xFF) == 0xEF && (file[1] & 0xFF) == 0xBB && (file[2] & 0xFF) == 0xBF) {
            return StandardCharsets.UTF_8;
        }
        return Charset.forName(encoding);
    }

    /** CSV by the first separator of its first line: a comma, a semicolon or a tab. */
    static CSVFormat format(String text) {
        char separator = text.lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .flatMap(line -> line.chars()
                        .mapToObj(character -> (char) character)
                        .filter(SEPARATORS::contains)
                        .findFirst())
                .orElse(',');
        return CSVFormat.DEFAULT
                .builder()
                .setDelimiter(separator)
                .setTrim(true)
                .setIgnoreEmptyLines(true)
                .get();
    }

    private static Problem invalid(String field, String message) {
        return Problem.invalid(List.of(new FieldError(field, message)));
    }
}
