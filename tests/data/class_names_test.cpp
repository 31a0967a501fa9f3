// What the labels of the known datasets mean.
#include "bnlab/data/class_names.hpp"

#include <string>

#include "support.hpp"

namespace bnlab::testing::class_names_test {

TEST_CASE("Class names: labels have names where the set is known, and their numbers elsewhere") {
  CHECK((class_name("fashion-mnist", 0) == "T-shirt/top" && class_name("fashion-mnist-sample", 7) == "Sneaker"));
  CHECK((class_name("fashion-mnist", 9) == "Ankle boot" && class_name("fashion-mnist", 10) == "10"));
  CHECK((class_name("cifar10", 0) == "airplane" && class_name("cifar10", 3) == "cat"));
  CHECK((class_name("cifar10", 8) == "ship" && class_name("cifar10", 9) == "truck" && class_name("cifar", 10) == "10"));
  CHECK((class_name("mnist", 7) == "7" && class_name("mine", 12) == "12" && class_name("", 3) == "3"));
  CHECK((is_mnist("mnist") && is_mnist("mnist-14000")));
  for (const char* other : {"", "mnis", "fashion-mnist", "cifar10", "my-mnist"}) CHECK_FALSE(is_mnist(other));
}

TEST_CASE("Class names: a set's name is understood in capitals and with other signs between its parts") {
  for (const char* name : {"emnist-letters", "EMNIST-Letters", "emnist_letters", "EMNIST_letters_2", "EmnistLetters"}) {
    CHECK(is_emnist(name));
    CHECK(class_count(name) == 27);
    CHECK(class_name(name, 2) == "B");
  }
  CHECK((class_name("FashionMNIST", 7) == "Sneaker" && class_name("Fashion_MNIST", 7) == "Sneaker"));
  CHECK((class_name("KMNIST", 0) == "o" && class_name("CIFAR-10", 8) == "ship" && class_name("CIFAR100", 8) == "8"));
  CHECK((is_mnist("MNIST_10k") && !is_mnist("EMNIST") && !is_emnist("MNIST")));
}

TEST_CASE("Class names: all ten names of the known sets stand in their publishers' order") {
  std::string cifar, fashion;
  for (std::size_t label = 0; label < 10; ++label) {
    cifar += class_name("cifar10", label) + " ";
    fashion += class_name("fashion-mnist", label) + ", ";
  }
  CHECK(cifar == "airplane automobile bird cat deer dog frog horse ship truck ");
  CHECK(fashion == "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot, ");
}

}  // namespace bnlab::testing::class_names_test
