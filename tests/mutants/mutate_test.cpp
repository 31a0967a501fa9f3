// The tool that puts mutants into the sources: what it finds, where, and what it refuses.
#include "support.hpp"
// The tool is part of no library.
#include "tests/mutants/tool/alternative.cpp"
#include "tests/mutants/tool/catalogue.cpp"
#include "tests/mutants/tool/source.cpp"

namespace bnlab::testing::mutate_test {

using Files = std::map<std::string, std::string>;
using Words = std::vector<std::string>;

// What std::runtime_error says; empty when `action` throws none.
template <class Action>
std::string said(Action action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

mutants::Sources sources_of(const Files& files) {
  mutants::Sources sources;
  for (const auto& [path, text] : files) sources.emplace(path, mutants::Source(text));
  return sources;
}

// The mutants of a description x.txt.
std::vector<mutants::Mutant> described(const std::string& text) {
  const TempFolder folder;
  write_text(folder / "x.txt", text);
  return mutants::read_catalogue(folder.path());
}

// What reading a description says, without the folder's name.
std::string refusal(const std::string& text) {
  const std::string words = said([&] { described(text); });
  return words.substr(std::min(words.find("x.txt"), words.size()));
}

Files applied(const std::string& edits, const Files& files) {
  return mutants::apply(described("mutant m\n" + edits).at(0), sources_of(files));
}

// One source, changed by edits in one place.
std::string changed(const std::string& source, const std::string& edits, const std::string& place = "file a.cpp") {
  return applied("  in " + place + "\n" + edits, {{"a.cpp", source}}).at("a.cpp");
}

// What applying says, from the mutant's name on; the description's path is cut down to its file.
std::string failure(const std::string& edits, const Files& files) {
  std::string words = said([&] { applied(edits, files); });
  const std::size_t open = words.find('('), file = words.find("x.txt");
  if (open < file && file != std::string::npos) words.erase(open + 1, file - open - 1);
  return words;
}

std::string failure(const std::string& source, const std::string& edits, const std::string& place) {
  return failure("  in " + place + "\n" + edits, {{"a.cpp", source}});
}

// The tokens of each place of that name, joined by spaces.
Words in(const std::string& text, const std::string& name) {
  const mutants::Source source(text);
  Words found;
  for (const mutants::Place& place : source.places(name)) {
    std::string tokens;
    for (std::size_t t = place.first; t < place.last; ++t)
      tokens += (tokens.empty() ? "" : " ") + source.tokens()[t].text;
    found.push_back(tokens);
  }
  return found;
}

Words tokens(const std::string& code) {
  Words texts;
  for (const mutants::Token& token : mutants::tokens_of(code)) texts.push_back(token.text);
  return texts;
}

// --- Tokens ----------------------------------------------------------------------------------------------------------

TEST_CASE("mutate: a find sees neither layout nor comments") {
  const std::string edits = "  find f(a, b + 1)\n  put g()\n";
  for (const std::string code : {"f(a, b + 1)", "f( a,b+1 )", "f(\n    a,\n    b + 1)",
                                 "f(a,  // first\n  b + /* one */ 1)", "f (a , b\n\n+\t1\n)"}) {
    CAPTURE(code);
    CHECK(changed("x = " + code + ";  // rest", edits) == "x = g();  // rest");
  }
  CHECK(changed("x = f(a,b+1);", "  find f(a,\n       b +  // a comment\n       1)\n  put g()\n") == "x = g();");
}

TEST_CASE("mutate: string literals side by side are one, however they are split") {
  const std::string edits = "  find fail(\"expected more, got %d\")\n  put pass()\n";
  CHECK(changed("fail(\"expected more, got %d\");", edits) == "pass();");
  CHECK(changed("fail(\"expected more, \"\n     \"got %d\");", edits) == "pass();");
  CHECK(changed("fail(\"expected \" /* so */ \"more, \" \"got %d\");", edits) == "pass();");
  CHECK(changed("fail(\"abc\");", "  find \"a\" \"bc\"\n  put 0\n") == "fail(0);");
  CHECK(failure("fail(\"expected more,got %d\");", edits, "file a.cpp").find("is not in") != std::string::npos);
}

TEST_CASE("mutate: literals, numbers, operators and directives are one token each") {
  CHECK(tokens("a<=b->*c<<=d...e>>f<=>g") ==
        Words{"a", "<=", "b", "->*", "c", "<<=", "d", "...", "e", ">", ">", "f", "<=>", "g"});
  CHECK(tokens("1'000'000 1e-5 0x1p-3 1.5f e-5") == Words{"1'000'000", "1e-5", "0x1p-3", "1.5f", "e", "-", "5"});
  CHECK(tokens(R"('"' '\'' "\"//" ';')") == Words{"'\"'", "'\\''", "\"\\\"//\"", "';'"});
  CHECK(tokens("u8R\"x(}\")x\" LR\"(\"{)\" y") == Words{"u8R\"x(}\")x\"", "LR\"(\"{)\"", "y"});
  CHECK(tokens("#define F(x) \\\n  { x\n}") == Words{"#define F(x) \\\n  { x", "}"});
  CHECK(tokens("#define A 1  // {\n#include \"a//b\"\nx") == Words{"#define A 1", "#include \"a//b\"", "x"});
  CHECK(tokens("/*/ a */ b // c\n/* d **/ e") == Words{"b", "e"});
  CHECK(tokens("f(…) … + \"…\"") == Words{"f", "(", "…", ")", "…", "+", "\"…\""});
}

// --- Places ----------------------------------------------------------------------------------------------------------

TEST_CASE("mutate: a function is found by its qualified name, wherever it stands") {
  const std::string source = R"(
    namespace a::b {
    enum class Color : int { red, green };
    constexpr int kTable[] = {1, 2}, kMore{3};
    void free_one(int x) { one; }
    static inline auto Other::named(std::function<void(int)> f = [](int) { no; }) -> std::vector<std::vector<int>> { two; }
    template <class T, int N = (1 << 2)>
    [[nodiscard("really")]] const T& Layer<T, X<N>>::forward(const T& x) const noexcept(noexcept(x)) { three; }
    template <class T>
      requires(sizeof(T) > 4)
    decltype(auto) wanted(T x) { four; }
    extern "C" { int in_c() { five; } }
    std::function<void(int)> returned() { six; }
    template <> void special<int>(int) try { seven; } catch (...) { eight; }
    auto lambda = [](int x) { return x; };
    void free_two() { nine; }
    }
  )";
  CHECK(in(source, "free_one") == Words{"one ;"});
  CHECK(in(source, "Other::named") == Words{"two ;"});
  CHECK(in(source, "Layer::forward") == Words{"three ;"});
  CHECK(in(source, "wanted") == Words{"four ;"});
  CHECK(in(source, "in_c") == Words{"five ;"});
  CHECK(in(source, "returned") == Words{"six ;"});
  CHECK(in(source, "special") == Words{"seven ;"});
  CHECK(in(source, "free_two") == Words{"nine ;"});
  CHECK(in(source, "forward").empty());
  CHECK(in(source, "lambda").empty());
}

TEST_CASE("mutate: functions inside a class have its name before theirs") {
  const std::string source = R"(
    template <class T = int>
    class [[nodiscard]] Layer final : public Base<T> {
     public:
      explicit Layer(int n, Options o = {}) : n_(n), o_{o}, Base<T>{n} { made; }
      ~Layer() override { gone; }
      T& operator=(const T& other) { copied; }
      bool operator()(int x) const { called; }
      int operator[](int x) { indexed; }
      bool operator<(const T& other) const { less; }
      explicit operator bool() const { tested; }
      struct Inner { int f() { inner; } };
      int size() const { return n_; }
     private:
      int n_ = 0, m_{1};
      std::function<void(int)> f_{[](int) { none; }};
      Options o_ = {};
      int last() { last; }
    };
    template <class T> Layer<std::pair<T, T>>::Layer() try : n_(1) { outside; } catch (...) { }
    T& Other::operator=(T&& other) { moved; }
    bool operator==(const T& a, const T& b) { equal; }
  )";
  CHECK(in(source, "Layer::Layer") == Words{"made ;", "outside ;"});
  CHECK(in(source, "Layer::~Layer") == Words{"gone ;"});
  CHECK(in(source, "Layer::operator=") == Words{"copied ;"});
  CHECK(in(source, "Layer::operator()") == Words{"called ;"});
  CHECK(in(source, "Layer::operator[]") == Words{"indexed ;"});
  CHECK(in(source, "Layer::operator<") == Words{"less ;"});
  CHECK(in(source, "Layer::operator bool") == Words{"tested ;"});
  CHECK(in(source, "Inner::f") == Words{"inner ;"});
  CHECK(in(source, "Layer::size") == Words{"return n_ ;"});
  CHECK(in(source, "Layer::last") == Words{"last ;"});
  CHECK(in(source, "Other::operator=") == Words{"moved ;"});
  CHECK(in(source, "operator==") == Words{"equal ;"});
  CHECK(in(source, "class Inner") == Words{"int f ( ) { inner ; }"});
  REQUIRE(in(source, "class Layer").size() == 1);
  CHECK(in(source, "class Layer")[0].starts_with("public : explicit Layer"));
  CHECK(in(source, "class Layer")[0].ends_with("last ( ) { last ; }"));
}

TEST_CASE("mutate: the regions of a task, each between its markers") {
  const std::string source =
      "void f() {\n  a;\n  // BEGIN SOLUTION one\n  b;\n  // END SOLUTION \n  c;\n}\n"
      "void g() {\n  // BEGIN SOLUTION one\n  // END SOLUTION\n  // BEGIN SOLUTION two\n  d; }\n";
  CHECK(in(source, "region one") == Words{"b ;", ""});
  CHECK(in(source, "region two").empty());  // it has no end
  CHECK(changed(source, "  first x;\n  last y;\n", "f & region one") ==
        "void f() {\n  a;\n  // BEGIN SOLUTION one\n\nx;\n  b;\n\ny;\n" + source.substr(source.find("  // END")));
}

TEST_CASE("mutate: a tag is the statement that it ends, is within, or the block that it opens") {
  const std::string source = R"(
    // BN.1   of a comment alone: no place
    void f() {
      a = 1;
      for (int i = 0; i < n; ++i) b += c[i];  // BN.1
      d = test ? yes   // BN.2
               : no;
      e(g(1),          // BN.3
        [&] { h; }, {2});
      for (int i = 0; i < n; ++i) {  // BN.4: all of it
        j; k(i);
      }
      auto l = [&](int m) { return m; };  // BN.5
      o = f(p)         // BN.6
          + 1; q;      // BN.12, BN.13
      Pair r = {1,     // BN.7
                2};
      while (s) { t; }  // BN.8
      u;  /* BN.9 */ v;
    }
  )";
  CHECK(in(source, "BN.1") == Words{"for ( int i = 0 ; i < n ; ++ i ) b += c [ i ] ;"});
  CHECK(in(source, "BN.2") == Words{"d = test ? yes : no ;"});
  CHECK(in(source, "BN.3") == Words{"e ( g ( 1 ) , [ & ] { h ; } , { 2 } ) ;"});
  CHECK(in(source, "BN.4") == Words{"for ( int i = 0 ; i < n ; ++ i ) { j ; k ( i ) ; }"});
  CHECK(in(source, "BN.5") == Words{"auto l = [ & ] ( int m ) { return m ; } ;"});
  CHECK(in(source, "BN.6") == Words{"o = f ( p ) + 1 ;"});
  CHECK(in(source, "BN.7") == Words{"1 , 2"});  // a list's elements
  CHECK(in(source, "BN.8") == Words{"while ( s ) { t ; }"});
  CHECK(in(source, "BN.9") == Words{"u ;"});
  CHECK(in(source, "BN.12") == Words{"q ;"});
  CHECK(in(source, "BN.13") == Words{"q ;"});
  CHECK(in(source, "BN.14").empty());
  CHECK(in(source, "N.1").empty());
}

TEST_CASE("mutate: A & B is each B within an A") {
  const Files files = {{"a.cpp", "void f() { x = 1; }  void g() {\n x = 1;  // T.1\n x = 1;\n}"},
                       {"b.cpp", "void h() { x = 1; }"}};
  const std::string edits = "  find x\n  put y\n";
  CHECK(applied("  in f\n" + edits, files).at("a.cpp").find("f() { y = 1; }") != std::string::npos);
  CHECK(applied("  in g & T.1\n" + edits, files).at("a.cpp").find("{\n y = 1;  // T.1\n x") != std::string::npos);
  CHECK(applied("  in file a.cpp & g & T.1\n" + edits, files).size() == 1);
  CHECK(applied("  in file b.cpp\n" + edits, files).at("b.cpp") == "void h() { y = 1; }");
  CHECK(failure("  in f & T.1\n" + edits, files) == "x/m (x.txt:3): there is no place 'f & T.1'");
  CHECK(failure("  in file b.cpp & f\n" + edits, files) == "x/m (x.txt:3): there is no place 'file b.cpp & f'");
}

// --- Finding and putting ---------------------------------------------------------------------------------------------

TEST_CASE("mutate: find and put, drop, after, before, first, last") {
  const std::string source = "void f() { a(1); }";
  CHECK(changed(source, "  find 1\n  put 2\n", "f") == "void f() { a(2); }");
  CHECK(changed(source, "  drop (1)\n", "f") == "void f() { a; }");
  CHECK(changed(source, "  after a(1);\n  put b;\n", "f") == "void f() { a(1); b; }");
  CHECK(changed(source, "  before a\n  put b;\n", "f") == "void f() { b; a(1); }");
  CHECK(changed(source, "  first b;\n", "f") == "void f() {\nb;\n a(1); }");
  CHECK(changed(source, "  last b;\n    c;\n", "f") == "void f() { a(1); \nb;\nc;\n}");
  CHECK(changed("", "  first b;\n") == "\nb;\n");
}

TEST_CASE("mutate: a wildcard stands for few tokens, their brackets closed, in one statement") {
  CHECK(changed("x = f(g(1), h[2]) + (3);", "  find f(…)\n  put k(… + 1)\n") == "x = k(g(1), h[2] + 1) + (3);");
  CHECK(changed("x = a + b + c;", "  find = … +\n  put = … -\n") == "x = a - b + c;");
  CHECK(changed("f(a,  // why\n  b);", "  find (…, …)\n  put (…, 0 * …)\n") == "f(a, 0 * b);");
  CHECK(changed("f();", "  find f(…)\n  put g(…1)\n") == "g(1);");
  CHECK(changed("x = 1; y = x;", "  find x = …; y\n  put …\n") == "1 = x;");
  CHECK(changed("do([&] { a; b; });", "  find do(…)\n  put …\n") == "[&] { a; b; };");
  CHECK(changed("p(\"…\", 1);", "  find p(\"…\", …)\n  put q(\"…\", … + 1)\n") == "q(\"…\", 1 + 1);");
  const std::string not_there = "x/m (x.txt:3): 'x … z' is not in 'file a.cpp'";
  CHECK(failure("x = 1; y = z;", "  find x … z\n  put 0\n", "file a.cpp") == not_there);
  CHECK(failure("f(x) = z;", "  find x … z\n  put 0\n", "file a.cpp") == not_there);
  CHECK(failure("x = (z);", "  find x … z\n  put 0\n", "file a.cpp") == not_there);
  CHECK(failure("a;", "  find a\n  put …\n", "file a.cpp") == "x/m (x.txt:3): 'put' has a '…' that stands for nothing");
}

TEST_CASE("mutate: many wildcards do not take for ever") {
  std::string source = "x", find = "x";
  for (int i = 0; i < 300; ++i) source += " + a";
  for (int i = 0; i < 20; ++i) find += " … a";
  CHECK(failure(source + ";", "  find " + find + " … b\n  put 0\n", "file a.cpp").ends_with("is not in 'file a.cpp'"));
}

TEST_CASE("mutate: several changes of one file are made together") {
  CHECK(changed("a b c;", "  find c\n  put z\n  find a\n  put xx\n  drop b\n") == "xx  z;");
  CHECK(changed("a;", "  after a\n  put + 1\n  after a\n  put + 2\n  before a\n  put 0 +\n") == "0 + a + 1 + 2;");
  CHECK(changed("void f() { a; }", "  last b;\n  last c;\n", "f") == "void f() { a; \nb;\n\nc;\n}");
  CHECK(changed("f(a);", "  find a\n  put b\n  before a\n  put &\n  after a\n  put + 1\n") == "f(& b + 1);");
  CHECK(applied("  in f\n  drop a\n  in g\n  drop b\n", {{"a.cpp", "void f() { a; }"}, {"b.cpp", "void g() { b; }"}}) ==
        Files{{"a.cpp", "void f() { ; }"}, {"b.cpp", "void g() { ; }"}});
  CHECK(failure("a b c;", "  drop a b\n  drop b c\n", "file a.cpp") == "x/m: two of its changes overlap");
  CHECK(failure("a b c;", "  drop a b c\n  find b\n  put d\n", "file a.cpp") == "x/m: two of its changes overlap");
  CHECK(failure("a b c;", "  drop a b c\n  after b\n  put d\n", "file a.cpp") == "x/m: two of its changes overlap");
}

TEST_CASE("mutate: what is not there once is told by name, with the line of the description") {
  const std::string source = "void f() { a; a; }\nvoid g() { a; }\nvoid g(int) { b; }\n";
  const std::string edits = "  find a\n  put c\n";
  CHECK(failure(source, edits, "f") == "x/m (x.txt:3): 'a' is 2 times in 'f', expected once");
  CHECK(failure(source, edits, "h") == "x/m (x.txt:3): there is no place 'h'");
  CHECK(failure(source, "\n# two\n  find z\n  put c\n", "f") == "x/m (x.txt:5): 'z' is not in 'f'");
  CHECK(failure(source, "  first c;\n", "g") == "x/m (x.txt:3): the place is 2 times in 'g', expected once");
  CHECK(failure(source, "  find // nothing\n  put c\n", "f") == "x/m (x.txt:3): there is nothing to look for");
  CHECK(changed(source, "  find b\n  put c\n", "g").find("{ c; }") != std::string::npos);  // once in two places
}

TEST_CASE("mutate: code that no compiler takes changes nothing and ends nothing") {
  const Words codes = {"",
                       "\n",
                       "}",
                       "{",
                       "}}}}",
                       "{{{{",
                       "f(",
                       "f(x) {",
                       "class",
                       "class {",
                       "class X",
                       "class X {",
                       "operator",
                       "operator {",
                       "operator(",
                       "x operator ( {",
                       "template <",
                       "template < {",
                       "~ ( {",
                       "> ( {",
                       "a : : ( ) {",
                       "namespace {",
                       "enum {",
                       "enum class E : int {",
                       "extern {",
                       "extern \"C",
                       "\"",
                       "'",
                       "R\"",
                       "R\"(",
                       "#",
                       "#\\",
                       "//",
                       "/*",
                       "/*/",
                       "/**/ // T.1",
                       "; // T.1",
                       "{ // T.1",
                       "} // T.1",
                       "( // T.1",
                       ") // T.1\n)",
                       "a // T.1",
                       "f(a, // T.1",
                       "f(a, // T.1\n(",
                       "class alignas",
                       "class [[",
                       "// BEGIN SOLUTION ",
                       "// BEGIN SOLUTION t",
                       "// END SOLUTION",
                       "#define {\nf() {",
                       "1'",
                       "0x",
                       "1e+",
                       "\\",
                       "a\\",
                       "\"\\",
                       "X::X() : a{1}, b",
                       "X::X() : {",
                       "struct alignas(8",
                       "…",
                       "\xff\xfe",
                       "f() = {",
                       "= {",
                       "] {",
                       ") {"};
  for (const std::string& code : codes) {
    for (const std::string& more : Words{"", " {", ";", " // T.1\n", "\n// END SOLUTION"}) {
      CAPTURE(code);
      CAPTURE(more);
      const mutants::Source source(code + more);
      for (const char* name : {"T.1", "region t", "X::X", "f", "class X", "file a.cpp"}) {
        for (const mutants::Place& place : source.places(name)) {
          CHECK(place.first <= place.last);
          CHECK(place.last <= source.tokens().size());
          CHECK(place.start <= place.stop);
          CHECK(place.stop <= source.text().size());
        }
      }
      CHECK(source.function_at(0).size() <= source.text().size());
    }
  }
}

// --- Descriptions ----------------------------------------------------------------------------------------------------

TEST_CASE("mutate: a description's words, in lines that go on") {
  const auto all = described(
      "# a comment\nmutant one\n  mistake  It is\n           wrong.\n  test     nn/linear\n"
      "mutant two\n\n  in       f\n  find     a +\n           b  \n  put\n    #include <x>\n    c\n"
      "  # a comment\n  drop     d\r\n");
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "x/one");
  CHECK(all[0].short_name() == "one");
  CHECK(all[0].field("mistake") == "It is wrong.");
  CHECK(all[0].field("test") == "nn/linear");
  CHECK(all[0].field("task").empty());
  CHECK(all[0].edits.empty());
  REQUIRE(all[1].edits.size() == 2);
  CHECK(all[1].edits[0].find == "a +\nb");
  CHECK(all[1].edits[0].put == "#include <x>\nc");
  CHECK(all[1].edits[0].line == 9);
  CHECK(all[1].edits[1].find == "d");
}

TEST_CASE("mutate: a description that is not as it should be is refused, with file and line") {
  CHECK(refusal("mutant a\n  cause x\n") ==
        "x.txt:2: unknown word 'cause'; tests/mutants/README.md lists those that are known");
  const std::string no_find = "expected 'find', 'after' or 'before' ahead of 'put'";
  CHECK(refusal("mutant a\n  in f\n  put x\n") == "x.txt:3: " + no_find);
  CHECK(refusal("mutant a\n  in f\n  drop x\n  put y\n") == "x.txt:4: " + no_find);
  CHECK(refusal("mutant a\n  in f\n  find x\n  put y\n  in g\n  put z\n") == "x.txt:6: " + no_find);
  CHECK(refusal("mutant a\n  in f\n  find x\n  put y\nmutant b\n  put z\n") == "x.txt:6: " + no_find);
  const std::string no_put = "expected 'put' after 'find', 'after' or 'before'";
  CHECK(refusal("mutant a\n  in f\n  find x\n") == "x.txt:3: " + no_put);
  CHECK(refusal("mutant a\n  in f\n  after x\n  find y\n  put z\n") == "x.txt:3: " + no_put);
  CHECK(refusal("mutant a\n  in f\n  find x\nmutant b\n") == "x.txt:3: " + no_put);
  CHECK(refusal("mutant a\n  in f\n  find x\n  put\n") ==
        "x.txt:4: there is nothing to put; 'drop' takes something away");
  CHECK(refusal("mutant a\nmutant b\nmutant a\n") == "x.txt:3: a second mutant is called 'x/a'");
  CHECK(refusal("mutant a\n  test b\n  test c\n") == "x.txt:3: a second 'test'");
  CHECK(refusal("\n  mistake x\n") == "x.txt:2: expected 'mutant NAME' first, found 'mistake'");
  CHECK(refusal("mutant\n") == "x.txt:1: expected a name after 'mutant'");
  CHECK(refusal("mutant a\n  find x\n  put y\n") == "x.txt:2: expected 'in PLACE' ahead of 'find'");
  CHECK(refusal("mutant a\n  in f\n  drop x\nmutant b\n  drop x\n") == "x.txt:5: expected 'in PLACE' ahead of 'drop'");
  CHECK(said([] { described("# nothing\n"); }).ends_with("expected descriptions of mutants, found none"));
}

TEST_CASE("mutate: each file of a folder begins anew, its name before its mutants'") {
  const TempFolder folder;
  write_text(folder / "b.txt", "mutant one\n");
  write_text(folder / "a.txt", "mutant one\n");
  write_text(folder / "README.md", "no description\n");
  const auto all = mutants::read_catalogue(folder.path());
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "a/one");
  CHECK(all[1].name == "b/one");
  write_text(folder / "c.txt", "  in f\n");
  CHECK(contains(said([&] { mutants::read_catalogue(folder.path()); }), "c.txt:1: expected 'mutant NAME' first"));
}

TEST_CASE("mutate: the sources of a project, and the mistakes of its oracles") {
  const TempFolder folder;
  CHECK(contains(said([&] { mutants::read_sources(folder.path()); }), "expected a project with src and include"));
  std::filesystem::create_directories(folder / "src/nn");
  std::filesystem::create_directories(folder / "tests");
  write_text(folder / "src/nn/a.cpp",
             "if (m == \"one\" || m != \"two\" || n == \"three\") // m == \"four\"\n  m = m == five;");
  write_text(folder / "tests/b.cpp", "");
  write_text(folder / "src/c.txt", "");
  const mutants::Sources sources = mutants::read_sources(folder.path());
  REQUIRE(sources.size() == 1);
  CHECK(sources.begin()->first == "src/nn/a.cpp");
  CHECK(mutants::names_in_oracles(folder.path()) == Words{"one", "two"});
}

// --- Alternative solutions -------------------------------------------------------------------------------------------

// A project with a task in one function and one in two, and what an alternative of these files makes of it.
Files alternative(const Files& files) {
  const TempFolder folder;
  for (const auto& [name, text] : files) write_text(folder / name, text);
  return mutants::replace_regions(
      folder.path(), sources_of({{"a.cpp", "void X::f() {\n  // BEGIN SOLUTION one\n  old;\n  // END SOLUTION\n}\n"},
                                 {"b.cpp",
                                  "class Y {\n  void g() {\n  // BEGIN SOLUTION two\n  old;\n  // END SOLUTION\n}\n"
                                  "  int h(int x) {\n  // BEGIN SOLUTION two\n  old;\n  // END SOLUTION\n}\n};\n"}}));
}

TEST_CASE("mutate: an alternative solution replaces regions, by task or by task and function") {
  CHECK(alternative({{"one.cpp", "  fresh;\n"}}) ==
        Files{{"a.cpp", "void X::f() {\n  // BEGIN SOLUTION one\n  fresh;\n  // END SOLUTION\n}\n"}});
  CHECK(alternative({{"two.g.cpp", "  G;"},
                     {"two.h.cpp", "#include <cmath>\n#include <map>\n\n  H;\n"},
                     {"solution.txt", "?"}}) ==
        Files{{"b.cpp",
               "#include <cmath>\n#include <map>\n\nclass Y {\n  void g() {\n  // BEGIN SOLUTION two\n  G;\n  // END "
               "SOLUTION\n}\n"
               "  int h(int x) {\n  // BEGIN SOLUTION two\n  H;\n  // END SOLUTION\n}\n};\n"}});
  CHECK(alternative({{"one.cpp", "#include <cmath>"}}).at("a.cpp").starts_with("#include <cmath>\nvoid X::f"));
}

TEST_CASE("mutate: an alternative solution's extras go outside of its regions") {
  const Files files =
      alternative({{"one.f.cpp", "  fresh;\n"},
                   {"extras.txt", "mutant helpers\n  in class Y\n  last int member;\n  in X::f\n  first more;\n"}});
  CHECK(files.at("a.cpp") == "void X::f() {\nmore;\n\n  // BEGIN SOLUTION one\n  fresh;\n  // END SOLUTION\n}\n");
  CHECK(files.at("b.cpp").ends_with("\nint member;\n};\n"));
}

TEST_CASE("mutate: an alternative solution's file fits one region, or is refused") {
  const auto refused = [](const Files& files) { return said([&] { alternative(files); }); };
  CHECK(refused({{"two.cpp", "x;"}}).ends_with("two.cpp: expected one region 'two' in the sources, found 2"));
  CHECK(refused({{"two.k.cpp", "x;"}}).ends_with("two.k.cpp: expected one region 'two.k' in the sources, found 0"));
  CHECK(refused({{"three.cpp", "x;"}}).ends_with("three.cpp: expected one region 'three' in the sources, found 0"));
  CHECK(refused({{"solution.txt", "x"}}).ends_with(": expected a file for each region, found none"));
  const std::string edit = "  in X::f\n  first x;\n";
  CHECK(refused({{"one.cpp", "x;"}, {"extras.txt", "mutant a\n" + edit + "mutant b\n" + edit}})
            .ends_with("extras.txt: expected one mutant"));
}

}  // namespace bnlab::testing::mutate_test
