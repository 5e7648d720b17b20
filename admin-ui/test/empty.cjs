/* Stands for style sheets and pictures, which jsdom neither lays out nor draws. */
module.exports = '';
