// Models on disk: that they come back to the last bit, that others can read them, and what is said of broken ones.
#include "bnlab/train/model_file.hpp"

#include <cstring>
#include <functional>

#include "support.hpp"

namespace bnlab::testing::model_file_test {

namespace {

const Architecture kNorm = {
    .inputs = 6, .hidden = {5, 3}, .classes = 4, .activation = "tanh", .norm = "batch", .dropout = 0.3};

// Running statistics and counters that are not those of a new network.
Network used_network(const Architecture& a, std::uint64_t seed = 9) {
  Network network = make_network(a, seed, nullptr);
  for (int step = 0; step < 3; ++step) network.forward(random_tensor(8, a.inputs, "x", -1, 2), Mode::train);
  for (const Parameter& p : network.parameters()) {
    if (p.name.starts_with("bn")) *p.value = random_vector(p.value->cols(), p.name, 0.5, 2);
  }
  return network;
}

bool same(Network& a, Network& b) {
  const auto p = a.parameters(), q = b.parameters();
  const auto r = a.buffers(), s = b.buffers();
  bool equal = p.size() == q.size() && r.size() == s.size();
  for (std::size_t i = 0; equal && i < p.size(); ++i) {
    equal = p[i].name == q[i].name && identical(*p[i].value, *q[i].value);
  }
  for (std::size_t i = 0; equal && i < r.size(); ++i) {
    equal = r[i].values != nullptr ? identical(*r[i].values, *s[i].values) : *r[i].count == *s[i].count;
  }
  return equal;
}

template <class Number>
Number number(const StoredTensor& t, std::size_t i) {
  Number value;
  std::memcpy(&value, t.bytes.data() + i * sizeof value, sizeof value);
  return value;
}

// The same file with numbers of another type; `shift` is added to each.
template <class From, class To>
void convert(TensorFile& file, const char* dtype, To shift) {
  for (auto& [name, tensor] : file.tensors) {
    if (tensor.dtype == "I64") continue;
    StoredTensor other{dtype, tensor.shape, Bytes(tensor.bytes.size() / sizeof(From) * sizeof(To))};
    for (std::size_t i = 0; i < tensor.bytes.size() / sizeof(From); ++i) {
      const To value = static_cast<To>(number<From>(tensor, i)) + shift;
      std::memcpy(other.bytes.data() + i * sizeof value, &value, sizeof value);
    }
    tensor = other;
  }
}

}  // namespace

TEST_CASE("a model comes back to the last bit, with its buffers, its architecture and where it came from") {
  TempFolder folder;
  Architecture plain = kNorm, deep = kNorm, flat = kNorm;
  plain.norm = "none", plain.activation = "sigmoid";
  deep.hidden = {33, 17, 40}, deep.dropout = 0, deep.activation = "relu";
  flat.hidden = {}, flat.norm = "none";
  for (const Architecture& a : {kNorm, plain, deep, flat}) {
    Network network = used_network(a);
    save_model(folder / "model", network, metadata_of({a, "some \"data\"", 18446744073709551615u}));
    Model model = load_model(folder / "model", "relu", nullptr);
    CHECK(same(model.network, network));
    CHECK(model.info.architecture == a);
    CHECK(model.info.dataset == "some \"data\"");
    CHECK(model.info.seed == 18446744073709551615u);
    const Tensor x = random_tensor(5, 6, "x");
    CHECK(identical(model.network.forward(x, Mode::eval), network.forward(x, Mode::eval)));
    Network other = used_network(a, 10);
    load_weights(folder / "model", other);
    CHECK(same(other, network));
  }
}

TEST_CASE("a file holds exactly PyTorch's state_dict: its names, its shapes, its order of numbers") {
  TempFolder folder;
  Network network = used_network(kNorm);
  save_model(folder / "model", network);
  const TensorFile file = read_safetensors(folder / "model");
  std::string found;
  for (const auto& [name, tensor] : file.tensors) found += name + tensor.shape_text() + " ";
  CHECK(found ==
        "bn1.bias[5] bn1.num_batches_tracked[] bn1.running_mean[5] bn1.running_var[5] bn1.weight[5] "
        "bn2.bias[3] bn2.num_batches_tracked[] bn2.running_mean[3] bn2.running_var[3] bn2.weight[3] "
        "fc1.bias[5] fc1.weight[5, 6] fc2.bias[3] fc2.weight[3, 5] fc3.bias[4] fc3.weight[4, 3] ");
  for (const Parameter& p : network.parameters()) {
    const StoredTensor& stored = file.tensors.at(p.name);
    CHECK(stored.dtype == (kDouble ? "F64" : "F32"));
    const Tensor& t = *p.value;
    for (std::size_t i = 0; i < t.rows(); ++i) {
      for (std::size_t j = 0; j < t.cols(); ++j) CHECK(number<real>(stored, j * t.rows() + i) == t(i, j));
    }
  }
  CHECK(number<std::int64_t>(file.tensors.at("bn2.num_batches_tracked"), 0) == 3);
}

TEST_CASE("a file without metadata is understood from its names and shapes, and the activation that is given") {
  TempFolder folder;
  Network network = used_network(kNorm);
  save_model(folder / "model", network);
  TensorFile bare = read_safetensors(folder / "model");
  bare.metadata.clear();
  write_safetensors(folder / "model", bare);
  Model model = load_model(folder / "model", "tanh", nullptr);
  Architecture expected = kNorm;
  expected.dropout = 0;
  CHECK(model.info.architecture == expected);
  CHECK((model.info.dataset == "" && model.info.seed == 0));
  const Tensor x = random_tensor(5, 6, "x"), y = network.forward(x, Mode::eval);
  CHECK(identical(model.network.forward(x, Mode::eval), y));
  CHECK(load_model(folder / "model", "relu", nullptr).info.architecture.activation == "relu");
}

TEST_CASE("numbers of the other precision are converted, each to the nearest") {
  TempFolder folder;
  Network network = used_network(kNorm);
  save_model(folder / "model", network);
  TensorFile file = read_safetensors(folder / "model");
  if constexpr (kDouble) {
    convert<double, float>(file, "F32", 0.0f);
  } else {
    convert<float, double>(file, "F64", 1e-4);
  }
  write_safetensors(folder / "other", file);
  Model model = load_model(folder / "other", "tanh", nullptr);
  const auto from = network.parameters(), to = model.network.parameters();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Tensor &a = *from[i].value, &b = *to[i].value;
    for (std::size_t k = 0; k < a.size(); ++k) {
      const real value = a(k / a.cols(), k % a.cols());
      const double given = kDouble ? static_cast<float>(value) : static_cast<double>(value) + 1e-4;
      REQUIRE(b(k / b.cols(), k % b.cols()) == static_cast<real>(given));
    }
  }
  CHECK(*model.network.buffers()[2].count == 3);
}

TEST_CASE("a checkpoint's optimizer tensors are passed over, and a missing num_batches_tracked is 0") {
  TempFolder folder;
  Network network = used_network(kNorm);
  save_model(folder / "model", network, metadata_of({kNorm, "", 1}));
  TensorFile file = read_safetensors(folder / "model");
  file.tensors["optimizer.fc1.weight.exp_avg"] = file.tensors["fc1.weight"];
  file.tensors["optimizer.step"] = file.tensors["bn1.num_batches_tracked"];
  file.tensors.erase("bn1.num_batches_tracked");
  write_safetensors(folder / "checkpoint", file);
  Model model = load_model(folder / "checkpoint", "relu", nullptr);
  CHECK((*model.network.buffers()[2].count == 0 && *model.network.buffers()[5].count == 3));
  Network other = used_network(kNorm, 10);
  load_weights(folder / "checkpoint", other);
  CHECK(same(other, model.network));
}

TEST_CASE("the same model saved twice is the same file, wherever it is saved and with however many threads") {
  TempFolder folder, elsewhere;
  ThreadPool pool(3);
  Network network = used_network(kNorm);
  for (const char* name : {"a", "b"}) save_model(folder / name, network, metadata_of({kNorm, "data", 1}));
  Model again = load_model(folder / "a", "relu", &pool);
  save_model(elsewhere / "another-name", again.network, metadata_of(again.info));
  CHECK(read_text(folder / "b") == read_text(folder / "a"));
  CHECK(read_text(elsewhere / "another-name") == read_text(folder / "a"));
}

TEST_CASE("whatever a file lacks is said in one line that names the file and the tensor") {
  TempFolder folder;
  Network network = used_network(kNorm);
  save_model(folder / "model", network, metadata_of({kNorm, "data", 1}));
  const TensorFile good = read_safetensors(folder / "model");
  using Spoil = std::function<void(TensorFile&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"fc2.bias", [](TensorFile& f) { f.tensors.erase("fc2.bias"); }},
      {"as its tensors have it", [](TensorFile& f) { f.tensors.erase("fc3.weight"); }},
      {"bn2.running_var", [](TensorFile& f) { f.tensors.erase("bn2.running_var"); }},
      {"bn2", [](TensorFile& f) { std::erase_if(f.tensors, [](auto& t) { return t.first.starts_with("bn2"); }); }},
      {"bn1", [](TensorFile& f) { f.tensors.erase("bn1.weight"); }},
      {"fc9.weight", [](TensorFile& f) { f.tensors["fc9.weight"] = f.tensors["fc1.weight"]; }},
      {"head", [](TensorFile& f) { f.tensors["head"] = f.tensors["fc1.bias"]; }},
      {"fc2.weight",
       [](TensorFile& f) {
         f.tensors["fc2.weight"].shape = {5, 3};
       }},
      {"fc2.weight", [](TensorFile& f) { f.tensors["fc2.weight"] = f.tensors["fc3.weight"]; }},
      {"fc1.weight", [](TensorFile& f) { f.tensors["fc1.weight"].shape = {30}; }},
      {"fc1.weight",
       [](TensorFile& f) {
         f.tensors["fc1.weight"] = {"F32", {0, 6}, {}};
       }},
      {"bn1.bias", [](TensorFile& f) { f.tensors["bn1.bias"] = f.tensors["bn2.bias"]; }},
      {"bn1.running_mean",
       [](TensorFile& f) {
         f.tensors["bn1.running_mean"].shape = {5, 1};
       }},
      {"F32",
       [](TensorFile& f) {
         f.tensors["fc1.bias"] = {"I64", {5}, Bytes(40)};
       }},
      {"F32",
       [](TensorFile& f) {
         f.tensors["fc1.bias"] = {"F16", {5}, Bytes(10)};
       }},
      {"I64",
       [](TensorFile& f) {
         f.tensors["bn1.num_batches_tracked"] = {"F64", {}, Bytes(8)};
       }},
      {"bn1.num_batches_tracked", [](TensorFile& f) { f.tensors["bn1.num_batches_tracked"].shape = {1}; }},
      {"model",
       [](TensorFile& f) {
         f.tensors = {{"weights", f.tensors["fc1.weight"]}};
       }},
      {"model", [](TensorFile& f) { f.tensors.clear(); }},
      {"dropout", [](TensorFile& f) { f.metadata["dropout"] = "2"; }},
      {"swish", [](TensorFile& f) { f.metadata["activation"] = "swish"; }},
      {"has", [](TensorFile& f) { f.tensors["two\nlines"] = f.tensors["fc1.bias"]; }},
  };
  for (const auto& [part, spoil] : cases) {
    TensorFile file = good;
    spoil(file);
    write_safetensors(folder / "bad", file);
    const std::string message = error_of([&] { load_model(folder / "bad", "relu", nullptr); });
    CAPTURE(message);
    CHECK(contains(message, folder / "bad"));
    CHECK(contains(message, part));
    CHECK_FALSE(contains(message, "\n"));
    if (file.metadata != good.metadata) continue;  // of which load_weights has no need
    const std::string own = error_of([&] { load_weights(folder / "bad", network); });
    CHECK(contains(own, folder / "bad"));
    CHECK_FALSE(contains(own, "\n"));
  }
}

TEST_CASE("what is no model at all is an error that names the file, and saving into no folder is one too") {
  TempFolder folder;
  Network network = used_network(kNorm);
  for (const std::string_view text : {"", "short", "a text, and a long one, that is no safetensors file"}) {
    write_text(folder / "text", text);
    CHECK(contains(error_of([&] { load_model(folder / "text", "relu", nullptr); }), folder / "text"));
    CHECK(contains(error_of([&] { load_weights(folder / "text", network); }), folder / "text"));
  }
  CHECK(contains(error_of([&] { load_model(folder / "nothing", "relu", nullptr); }), folder / "nothing"));
  CHECK(contains(error_of([&] { save_model(folder / "no/model", network); }), folder / "no"));
}

TEST_CASE("the probability of dropout comes back to the last bit, as what is dropped depends on it") {
  TempFolder folder;
  Random random(7, "p");
  for (int i = 0; i < 20; ++i) {
    Architecture a = kNorm;
    a.dropout = i == 0 ? std::nextafter(1.0, 0.0) : random.uniform() / std::pow(10.0, i - 1);
    Network network = make_network(a, 9, nullptr);
    save_model(folder / "model", network, metadata_of({a, "", 1}));
    CHECK(load_model(folder / "model", "relu", nullptr).info.architecture == a);
  }
}

TEST_CASE("layers of one input or one output keep both axes in the file, and counters all their 64 bits") {
  TempFolder folder;
  Architecture thin = kNorm;
  thin.inputs = 1, thin.hidden = {1, 3, 1};
  Network network = used_network(thin);
  for (const Buffer& b : network.buffers()) {
    if (b.count != nullptr) *b.count += std::int64_t{1} << 40;
  }
  save_model(folder / "model", network, metadata_of({thin, "", 0}));
  const TensorFile file = read_safetensors(folder / "model");
  CHECK(file.tensors.at("fc1.weight").shape_text() == "[1, 1]");
  CHECK(file.tensors.at("fc2.weight").shape_text() == "[3, 1]");
  CHECK(file.tensors.at("fc3.weight").shape_text() == "[1, 3]");
  CHECK(file.tensors.at("bn1.weight").shape_text() == "[1]");
  Model model = load_model(folder / "model", "relu", nullptr);
  CHECK(same(model.network, network));
}

}  // namespace bnlab::testing::model_file_test
