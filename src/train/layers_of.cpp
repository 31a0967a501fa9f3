#include "bnlab/train/layers_of.hpp"

#include <typeinfo>

#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {
namespace {

// A hidden layer, or the last: Linear, then norm and activation, or these two in the other order, and dropout.
struct Block {
  std::size_t inputs = 0, outputs = 0;
  std::string norm = "none";
  NormOptions norm_options = {};
  std::string activation = "";  // empty: none
  double dropout = 0;
  std::string place = "before";  // of the norm
  bool bias = true;

  bool alike(const Block& other) const {
    return norm == other.norm && norm_options == other.norm_options && activation == other.activation &&
           dropout == other.dropout && place == other.place && bias == other.bias;
  }
};

bool same_type(const Layer& a, const Layer& b) { return typeid(a) == typeid(b); }

// Reads a network's layers from first to last.
class LayerReader {
 public:
  explicit LayerReader(const Network& network) : layers_(network.layers()) {}

  bool at_end() const { return next_ == layers_.size(); }

  // The block of that number, from 1; nothing: the next layers are none.
  std::optional<Block> block(std::size_t number) {
    const Linear* linear = at_end() ? nullptr : dynamic_cast<const Linear*>(layers_[next_].layer.get());
    if (linear == nullptr || layers_[next_].name != "fc" + std::to_string(number)) return {};
    ++next_;
    Block block{.inputs = linear->weight.rows(), .outputs = linear->weight.cols(), .bias = linear->has_bias()};
    read_norm(block, "before", std::to_string(number));
    read_activation(block);
    if (block.norm == "none") read_norm(block, "after", std::to_string(number));
    read_dropout(block);
    return block;
  }

 private:
  // The norm's name counts, as its tensors have it in files.
  void read_norm(Block& block, const char* place, const std::string& number) {
    for (const NormKind& kind : norm_kinds()) {
      if (at_end() || layers_[next_].name != kind.prefix + number) continue;
      const std::optional<NormOptions> options = kind.options_of(*layers_[next_].layer);
      if (!options) continue;
      block.norm = kind.name;
      block.norm_options = *options;
      block.place = place;
      ++next_;
      return;
    }
  }

  void read_activation(Block& block) {
    for (const ActivationKind& kind : activation_kinds()) {
      if (at_end() || !same_type(*layers_[next_].layer, *kind.make())) continue;
      block.activation = kind.name;
      ++next_;
      return;
    }
  }

  void read_dropout(Block& block) {
    const auto* dropout = at_end() ? nullptr : dynamic_cast<const Dropout*>(layers_[next_].layer.get());
    if (dropout == nullptr) return;
    block.dropout = dropout->p;
    ++next_;
  }

  const std::vector<Network::Named>& layers_;
  std::size_t next_ = 0;
};

}  // namespace

std::optional<Architecture> architecture_of(const Network& network) {
  LayerReader reader(network);
  std::vector<Block> blocks;
  while (!reader.at_end()) {
    const std::optional<Block> block = reader.block(blocks.size() + 1);
    if (!block || (!blocks.empty() && block->inputs != blocks.back().outputs)) return {};
    blocks.push_back(*block);
  }
  if (blocks.empty() || !blocks.back().alike(Block{})) return {};
  Architecture a;
  a.inputs = blocks.front().inputs;
  a.classes = blocks.back().outputs;
  a.hidden.clear();
  blocks.pop_back();
  for (const Block& block : blocks) {
    if (block.activation.empty() || !block.alike(blocks.front())) return {};
    a.hidden.push_back(block.outputs);
    a.activation = block.activation;
    a.norm = block.norm;
    a.norm_options = block.norm_options;
    a.dropout = block.dropout;
    a.place = block.place;
    a.bias = block.bias;
  }
  return a;
}

std::string describe_layers(const Network& network) {
  std::string text;
  for (const auto& [name, layer] : network.layers()) {
    if (!text.empty()) text += ", ";
    text += name + " " + layer->kind();
  }
  return text;
}

}  // namespace bnlab
