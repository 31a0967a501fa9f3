// The file format of models: what is written, byte by byte, and that no file at all can do harm to its reader.
#include "bnlab/data/safetensors.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::safetensors_test {

namespace {

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

// A file with this header as it stands, and these numbers.
std::string file_of(std::string_view header, std::string_view numbers = "") {
  std::string content{static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8), 0, 0, 0, 0, 0, 0};
  return content.append(header).append(numbers);
}

// What read_safetensors says of a file with this content; empty if it accepts it. A message is one line with the path.
std::string problem(const std::string& path, const std::string& content) {
  std::filesystem::remove(path);  // writing over a file makes some systems flush it, which is slow
  write_text(path, content);
  const std::string error = error_of([&] { read_safetensors(path); });
  CAPTURE(error);
  CHECK(std::none_of(error.begin(), error.end(), [](unsigned char c) { return c < 0x20; }));
  if (!error.empty()) CHECK(error.rfind(path + ": ", 0) == 0);
  return error;
}

// A tensor's entry as it stands in a header.
std::string entry(const std::string& name, const std::string& type, const std::string& shape, const std::string& at) {
  return '"' + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + at + "]}";
}

}  // namespace

TEST_CASE("safetensors: a small file is, byte by byte, what the format says") {
  const TempFolder folder;
  TensorFile file;
  file.tensors["bn1.weight"] = {"F32", {2}, bytes("abcdefgh")};
  file.tensors["n"] = {"I64", {}, bytes("12345678")};
  file.metadata["k"] = "v";
  write_safetensors(folder / "f", file);
  const std::string header = R"({"__metadata__":{"k":"v"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
                             R"("bn1.weight":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})";
  CHECK(read_text(folder / "f") == file_of(header + std::string(3, ' '), "12345678abcdefgh"));
}

TEST_CASE("safetensors: the widest types come first, then names in order, and the header is a multiple of 8") {
  const TempFolder folder;
  for (std::size_t length = 1; length < 10; ++length) {
    const std::string name(length, 'z');
    TensorFile file;
    file.tensors["a"] = {"F32", {1}, bytes("4444")};
    file.tensors["b"] = {"U8", {1}, bytes("1")};
    file.tensors["c"] = {"F64", {1}, bytes("88888888")};
    file.tensors["d"] = {"F16", {1}, bytes("22")};
    file.tensors[name] = {"I64", {1}, bytes("ZZZZZZZZ")};
    file.tensors["e"] = {"F32", {1}, bytes("5555")};
    write_safetensors(folder / "f", file);
    const std::string content = read_text(folder / "f");
    const std::size_t header = content.size() - 27;
    CHECK(header % 8 == 0);
    CHECK(content.substr(header) == "88888888ZZZZZZZZ44445555221");
    CHECK(static_cast<unsigned char>(content[0]) + 256 * static_cast<unsigned char>(content[1]) == header - 8);
  }
}

TEST_CASE("safetensors: what is written is read back, whatever the names, texts and shapes") {
  const TempFolder folder;
  TensorFile file;
  file.tensors["fc1.weight"] = {"F32", {2, 3}, bytes("abcdefghijklmnopqrstuvwx")};
  file.tensors["scalar"] = {"F64", {}, bytes("12345678")};
  file.tensors["none"] = {"F32", {0, 7}, {}};
  file.tensors["none too"] = {"I64", {0}, {}};
  file.tensors["quote \" backslash \\ slash / tab \t line \n bell \a"] = {"U8", {1}, bytes("q")};
  file.tensors["gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x91\x9f"] = {"BOOL", {1}, bytes("\x01")};
  file.tensors[""] = {"I8", {1}, bytes("e")};
  file.tensors[std::string("a\0b", 3)] = {"I16", {1}, bytes("xy")};
  file.metadata = {{"", ""}, {"json", "{\"a\": \"b\\n\"}"}, {"gr\xc3\xbc\xc3\x9f", "1\r\n2\n\x1f\x7f\xf0\x9f\x91\x9f"}};
  write_safetensors(folder / "f", file);
  const TensorFile back = read_safetensors(folder / "f");
  CHECK(back.metadata == file.metadata);
  REQUIRE(back.tensors.size() == file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) {
    REQUIRE(back.tensors.count(name) == 1);
    const StoredTensor& found = back.tensors.at(name);
    CHECK((found.dtype == tensor.dtype && found.shape == tensor.shape && found.bytes == tensor.bytes));
  }
  write_safetensors(folder / "f", {});
  CHECK(read_text(folder / "f") == file_of("{}      "));
  CHECK(read_safetensors(folder / "f").tensors.empty());
}

TEST_CASE("safetensors: headers as others write them are understood: spaces, escapes, any order") {
  const TempFolder folder;
  const std::string header =
      " {\n\t\"b\" : { \"shape\" : [ 1 , 2 ] , \"data_offsets\" : [ 1 , 3 ] , \"dtype\" : \"U8\" } ,\r\n" +
      entry("a", "I8", "1", "0,1") + "," + entry("none", "F32", "3,0", "0,0") +
      R"(, "__metadata__" : { "\u0041\/\b\f\n\r\t\"\\" : "\u00fc\u65E5" } } )";
  REQUIRE(problem(folder / "f", file_of(header, "xyz")).empty());
  TensorFile file = read_safetensors(folder / "f");
  CHECK((file.tensors.size() == 3 && file.tensors["a"].bytes == bytes("x") && file.tensors["b"].bytes == bytes("yz")));
  CHECK(file.tensors["b"].shape_text() == "[1, 2]");
  CHECK(file.metadata == Metadata{{"A/\b\f\n\r\t\"\\", "\xc3\xbc\xe6\x97\xa5"}});
}

TEST_CASE("safetensors: a file that breaks a rule of the format is refused by that rule") {
  const TempFolder folder;
  const std::string path = folder / "model", eight = "01234567", a = entry("a", "F32", "2", "0,8");
  const auto refused = [&](const std::string& entries, const std::string& numbers, const char* reason) {
    const std::string error = problem(path, file_of("{" + entries + "}", numbers));
    CHECK_MESSAGE(contains(error, reason), entries, ": ", error);
  };
  REQUIRE(problem(path, file_of("{" + a + "}", eight)).empty());
  refused(a, eight + "x", "too long");
  refused("", "x", "too long");
  refused(a, "0123456", "cut short");
  refused(a + "," + entry("b", "U8", "2", "7,9"), eight + "8", "'b' to begin at offset 8");
  refused(a + "," + entry("b", "U8", "2", "9,11"), eight + "890", "'b' to begin at offset 8");
  refused(a + "," + entry("b", "F32", "2", "0,8"), eight, "to begin at offset 8");
  refused(entry("a", "F32", "2", "1,9"), eight + "8", "'a' to begin at offset 0");
  refused(a + "," + entry("a", "U8", "1", "8,9"), eight + "8", "two tensors named 'a'");
  refused(entry("a", "U8", "0", "0,0") + "," + entry("a", "U8", "0", "0,0"), "", "two tensors named 'a'");

  refused(entry("a", "F32", "3", "0,8"), eight, "needs 12 bytes");
  refused(entry("a", "F32", "", "0,8"), eight, "needs 4 bytes");
  refused(entry("a", "F64", "2", "0,8"), eight, "needs 16 bytes");
  refused(entry("a", "F32", "2", "8,0"), eight, "data_offsets are [8, 0]");
  refused(entry("a", "F32", "2", "0,8,9"), eight, "two data_offsets");
  refused(entry("a", "F32", "2", "0"), eight, "two data_offsets");
  refused(R"("a":{"dtype":"F32","shape":[2]})", eight, "two data_offsets");
  refused(R"("a":{"dtype":"F32","data_offsets":[0,4]})", "0123", "shape");
  refused(R"("a":{"shape":[2],"data_offsets":[0,8]})", eight, "type");
  for (const char* type : {"F31", "f32", ""}) refused(entry("a", type, "2", "0,8"), eight, "unknown type");
  // Sizes that are 8 or 0 modulo 2^64.
  refused(entry("a", "F32", "4611686018427387906", "0,8"), eight, "shape too large");
  refused(entry("a", "U8", "9223372036854775812,2", "0,8"), eight, "shape too large");
  refused(entry("a", "U8", "4294967296,4294967296,2", "0,0"), "", "shape too large");
  refused(entry("a", "U8", "18446744073709551624", "0,8"), eight, "number too large");
  refused(entry("a", "F32", "2", "18446744073709551608,0"), eight, "needs 8 bytes");
}

TEST_CASE("safetensors: a header longer than the file is refused before memory is asked for") {
  const TempFolder folder;
  for (const std::uint64_t length : {std::uint64_t{3}, std::uint64_t{99'999'999}, UINT64_MAX / 2, UINT64_MAX}) {
    std::string content(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) content[i] = static_cast<char>(length >> 8 * i & 0xff);
    CHECK(contains(problem(folder / "f", content + "{}"), "announce a header of " + std::to_string(length)));
  }
}

TEST_CASE("safetensors: a header that is not the format's JSON is refused") {
  const TempFolder folder;
  const auto refused = [&](const std::string& header) {
    CHECK_MESSAGE(contains(problem(folder / "f", file_of(header)), "expected a safetensors header"), header);
  };
  for (const char* header : {"", "[]", "1", "{", "}", "{}}", "{} x", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1}"})
    refused(header);
  for (const char* value : {"1", "null", "[]", "\"v\",", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\""}) {
    refused("{\"__metadata__\":{\"k\":" + std::string(value) + "}}");
  }
  for (const char* shape : {"0,", ",0", "-1", "0.0", "0 0", "[0]", "\"0\""})
    refused("{" + entry("a", "U8", shape, "0,0") + "}");
  refused(R"({"a":{"dtype":"U8","shape":0,"data_offsets":[0,0]}})");
  refused(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":1}})");
  refused(std::string("{}\0\0\0\0\0\0", 8));  // padding is spaces
}

TEST_CASE("safetensors: a message stays one line whatever the names in the file") {
  const TempFolder folder;
  CHECK_FALSE(problem(folder / "f", file_of("{" + entry("a\\nb", "F32", "1", "0,3") + "}", "123")).empty());
  CHECK_FALSE(problem(folder / "f", file_of("{" + entry("a", "F\\n\\u001b[2J", "1", "0,4") + "}", "1234")).empty());
}

TEST_CASE("safetensors: a file cut anywhere is refused, and one with any byte changed does no harm") {
  const TempFolder folder;
  const std::string header = "{\"__metadata__\":{\"k\":\"\\u0076\\n\"}," + entry("a", "I8", "1,2", "0,2") + "}";
  const std::string numbers = "xy", whole = file_of(header, numbers);
  REQUIRE(problem(folder / "f", whole).empty());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(problem(folder / "f", whole.substr(0, length)).empty());
    if (length < header.size()) CHECK_FALSE(problem(folder / "f", file_of(header.substr(0, length), numbers)).empty());
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : std::string("\0\1\n\x1f\",09:[\\]nu{}\x7f\x80\xff", 19)) {
      std::string changed = whole;
      changed[at] = byte;
      problem(folder / "f", changed);  // an Error or none; anything else ends the test
    }
  }
}

TEST_CASE(
    "safetensors: a header whose description takes many times the memory of the file is refused, and so are keys "
    "twice") {
  const TempFolder folder;
  const auto repeated = [](std::size_t count, const std::function<std::string(std::size_t)>& item) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + item(i);
    return all;
  };
  const auto with_length = [](const std::string& header) {
    std::string content(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) content[i] = static_cast<char>(header.size() >> 8 * i & 0xff);
    return content + header;
  };
  const auto shape = [&](std::size_t axes) { return repeated(axes, [](std::size_t) { return std::string("1"); }); };
  const auto of_axes = [&](std::size_t axes) {
    return with_length("{" + entry("a", "U8", shape(axes), "0,1") + "}") + "x";
  };
  CHECK(problem(folder / "f", of_axes(64)).empty());
  CHECK(contains(problem(folder / "f", of_axes(65)), "more than 64 numbers"));
  CHECK(contains(problem(folder / "f", of_axes(1000000)), "more than 64 numbers"));
  const auto tensors = [&](std::size_t count) {
    return with_length("{" + repeated(count, [](std::size_t i) { return entry(std::to_string(i), "U8", "0", "0,0"); }) +
                       "}");
  };
  CHECK(problem(folder / "f", tensors(1000)).empty());
  CHECK(contains(problem(folder / "f", tensors(100001)), "more than 100000 tensors"));
  const auto keys = [&](std::size_t count) {
    const auto key = [](std::size_t i) { return "\"" + std::to_string(i) + "\":\"\""; };
    return with_length("{\"__metadata__\":{" + repeated(count, key) + "}}");
  };
  CHECK(problem(folder / "f", keys(10000)).empty());
  CHECK(contains(problem(folder / "f", keys(10001)), "more than 10000 keys"));

  CHECK(
      contains(problem(folder / "f", file_of(R"({"__metadata__":{"k":"1","k":"2"}})")), "a key of the metadata twice"));
  for (const char* twice : {R"("dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1])",
                            R"("dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1])",
                            R"("dtype":"U8","shape":[1],"data_offsets":[0,1],"data_offsets":[0,1])"}) {
    CHECK(contains(problem(folder / "f", file_of("{\"a\":{" + std::string(twice) + "}}", "x")), "a key twice"));
  }
}

}  // namespace bnlab::testing::safetensors_test
